"""The page for agents: the card of one customer."""

import pandas as pd
import streamlit as st

from customer_segmentation.app.published import cards_file, rows

_FOUND = """
    select customer_id from dim_customers
    where ? in (customer_id, contact_id, account_id) order by customer_id limit 50
"""
_VISITORS = """
    select customer_id, visit_state, visit_reason, visit_last_event_at from service_cards
    where visit_state is not null and visit_state <> 'none'
    order by visit_last_event_at desc limit 50
"""
# Columns of the card by the question of an agent.
_PARTS = {
    "Visit": ("visit_state", "visit_reason"),
    "Do not offer": ("do_not_offer",),
    "Preferred channel": ("preferred_channel", "preferred_channel_reason"),
    "Preferred style": ("preferred_style", "preferred_style_reason"),
    "Hours": ("contact_hours", "contact_hours_reason", "time_zone"),
    "Satisfaction": ("satisfaction", "satisfaction_reason"),
    "Marketing": ("marketing_channels", "no_marketing_reason"),
    "Segments": ("segments",),
}


def page() -> None:
    """Show the page."""
    st.title("Customer card")
    key = st.text_input("Id of the customer, contact or account").strip()
    if not key:
        st.caption("Customers who visit now")
        st.dataframe(rows(_VISITORS, file=cards_file()), hide_index=True)
        return
    found = list(rows(_FOUND, [key])["customer_id"])
    if not found:
        st.warning(
            "No customer has this id. Ids are compared as they are, capital letters included."
        )
        return
    customer = found[0] if len(found) == 1 else st.selectbox("Customers of this id", found)
    cards = rows("select * from service_cards where customer_id = ?", [customer], cards_file())
    if cards.empty:
        st.warning("This customer has no card.")
        return
    _show(cards.iloc[0])


def _show(card: pd.Series) -> None:
    """Show what to do first, then what is known."""
    st.header(card["recommended_strategy_label"] or "No recommended step")
    st.write(card["what_to_do"] or "")
    reasons = [card["recommended_by"], card["recommended_reason"]]
    st.caption(": ".join(str(reason) for reason in reasons if not pd.isna(reason)))
    for title, columns in _PARTS.items():
        values = [str(card[column]) for column in columns if not pd.isna(card[column])]
        st.markdown(f"**{title}**")
        st.text("\n".join(values) or "not known")
