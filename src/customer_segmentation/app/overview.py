"""The page for everybody: what the last run says, and whom the audiences reach."""

import duckdb
import streamlit as st

from customer_segmentation.app.published import rows, segments_file
from customer_segmentation.report import left_out, run_facts, visual_report, what_matters


def page() -> None:
    """Show the page."""
    totals = rows(
        """
        select count(*) as customers, count(*) filter (where window_orders > 0) as buyers,
            coalesce(sum(window_net_amount), 0) as net_amount
        from dim_customers
        """
    ).iloc[0]
    with duckdb.connect(str(segments_file()), read_only=True) as connection:
        facts = run_facts(connection)
    run = {fact.item: fact.detail for fact in facts["run"]}
    st.title(f"Customers on {run['as_of_date']}")
    st.caption(f"Landing: {run['landing']}")
    customers, buyers, money = st.columns(3)
    customers.metric("Customers", f"{totals['customers']:,.0f}")
    buyers.metric("Buyers in the RFM window", f"{totals['buyers']:,.0f}")
    money.metric(
        f"Net amount of the window, {run['reporting_currency']}", f"{totals['net_amount']:,.0f}"
    )

    st.header("What matters")
    for line in what_matters(facts):
        st.markdown(f"- {_plain(line)}")
    st.header("Left out")
    for line in left_out(facts["left out"], 0):
        st.markdown(f"- {_plain(line)}")

    st.header("Audiences")
    st.dataframe(
        rows(
            """
            select label as audience, department, channel,
                coalesce(sum(customers) filter (where outcome = 'contacted'), 0) as contacted,
                coalesce(sum(customers) filter (where outcome = 'holdout'), 0) as "held out",
                coalesce(sum(customers) filter (where outcome not in ('contacted', 'holdout')), 0)
                    as "left out"
            from audiences left join agg_audience_exclusions using (audience)
            group by audiences.label, audiences.department, audiences.channel, audiences.priority
            order by audiences.priority
            """
        ),
        hide_index=True,
    )
    report = visual_report(segments_file())
    if report.exists():
        st.download_button(
            "Download the report as one page", report.read_bytes(), "report.html", "text/html"
        )


def _plain(text: str) -> str:
    """A text in which Markdown finds no signs of its own."""
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>$#|~" else sign for sign in text)
