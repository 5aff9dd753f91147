"""The page for owners: who moved between segments."""

import altair as alt
import streamlit as st

from customer_segmentation.app.published import rows, segmentation_picker

_MOVES = """
    select coalesce(before.label, moves.from_segment) as "from",
        coalesce(after.label, moves.to_segment) as "to",
        moves.customers, moves.from_date, moves.to_date
    from agg_segment_migration as moves
    left join segments as before
        on moves.segmentation = before.segmentation and moves.from_segment = before.segment
    left join segments as after
        on moves.segmentation = after.segmentation and moves.to_segment = after.segment
    where moves.segmentation = ?
    order by before.sort_order nulls last, after.sort_order nulls last
"""
_STABILITY = "select * exclude (segmentation) from agg_segment_stability where segmentation = ?"
_CAUSES = """
    select change, cause, count(*) as changes from fct_segment_changes
    where segmentation = ? group by all order by changes desc
"""


def page() -> None:
    """Show the page."""
    st.title("History")
    segmentation = segmentation_picker("Segmentation", where="is_in_history")
    moves = rows(_MOVES, [segmentation])
    if moves.empty:
        st.info(
            "The history of this segmentation has one day so far. Moves are known from the second "
            "day on."
        )
        return
    st.caption(
        f"Customers from {moves['from_date'].min():%Y-%m-%d} to {moves['to_date'].max():%Y-%m-%d}"
    )
    st.altair_chart(
        alt.Chart(moves)
        .mark_rect()
        .encode(
            x=alt.X("to:N", sort=None, title="now"),
            y=alt.Y("from:N", sort=None, title="before"),
            color=alt.Color("customers:Q", scale=alt.Scale(scheme="blues")),
            tooltip=["from", "to", "customers"],
        )
    )
    st.dataframe(moves[["from", "to", "customers"]], hide_index=True)
    st.header("Stability")
    st.dataframe(rows(_STABILITY, [segmentation]), hide_index=True)
    st.header("Changes and their causes")
    st.dataframe(rows(_CAUSES, [segmentation]), hide_index=True)
