"""The page for data engineers: what was checked, refused and read in another way."""

import streamlit as st

from customer_segmentation.app.published import rows

_BROKEN = """
    select gate, severity, table_name as "table", column_name as "column", message,
        unexpected_count as rows
    from gate_results where not passed order by severity, gate, rows desc
"""
_PASSED = """
    select gate, count(*) as expectations, count(*) filter (where passed) as passed
    from gate_results group by gate order by gate
"""
_QUARANTINE = """
    select table_name as "table", column_name as "column", quarantine_reason as reason,
        count(*) as rows, string_agg(distinct value_shape, ', ') as "such as"
    from quarantined_rows group by all order by rows desc
"""
_FACTS = """
    select section, item, detail, item_count as number from run_report
    where section in ('landing', 'unknown word', 'orders', 'model', 'left out', 'erasure')
    order by section, item
"""


def page() -> None:
    """Show the page."""
    st.title("Data quality")
    broken = rows(_BROKEN)
    st.header("Broken expectations")
    if broken.empty:
        st.success("Every expectation passed.")
    else:
        st.dataframe(broken, hide_index=True)
    st.header("Gates")
    st.dataframe(rows(_PASSED), hide_index=True)
    st.header("Rows in quarantine")
    st.dataframe(rows(_QUARANTINE), hide_index=True)
    st.header("Facts about the run")
    st.dataframe(rows(_FACTS), hide_index=True)
