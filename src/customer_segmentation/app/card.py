"""The page for agents: the card of one customer."""

import streamlit as st

from customer_segmentation.app.published import cards_file, rows
from customer_segmentation.cards import PARTS, Card, found_cards

_VISITORS = """
    select customer_id, visit_state, visit_reason, visit_last_event_at from service_cards
    where visit_state is not null and visit_state <> 'none'
    order by visit_last_event_at desc limit 50
"""


def page() -> None:
    """Show the page."""
    st.title("Customer card")
    key = st.text_input(
        "E-mail address, telephone number (+43...), contact, account, visitor or order number"
    ).strip()
    if not key:
        st.caption("Customers who visit now")
        st.dataframe(rows(_VISITORS, file=cards_file()), hide_index=True)
        return
    try:
        cards = found_cards(cards_file(), key)
    except (OSError, ValueError) as error:
        st.error(str(error))
        return
    if not cards:
        st.warning(
            "No card has this key. A telephone number needs its country, and the pages the "
            "SEGMENTS_ID_SECRET of the build."
        )
    for card in cards:
        _show(card)


def _show(card: Card) -> None:
    """Show what to do first, then what is known."""
    st.header(str(card["recommended_strategy_label"] or "No recommended step"))
    st.write(str(card["what_to_do"] or ""))
    reasons = [card["recommended_by"], card["recommended_reason"]]
    st.caption(": ".join(str(reason) for reason in reasons if reason))
    for title, columns in PARTS.items():
        values = [str(card[column]) for column in columns if card[column] is not None]
        st.markdown(f"**{title}**")
        st.text("\n".join(values) or "not known")
