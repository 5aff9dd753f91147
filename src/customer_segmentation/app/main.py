"""The application: `streamlit run` starts it."""

import streamlit as st

from customer_segmentation.app import card, history, overview, quality, rules, segments

PAGES = (
    ("Overview", overview.page, "overview"),
    ("Segments", segments.page, "segments"),
    ("Customer card", card.page, "card"),
    ("Rules and audiences", rules.page, "rules"),
    ("History", history.page, "history"),
    ("Data quality", quality.page, "quality"),
)

if __name__ == "__main__":
    st.set_page_config(page_title="Customer segments", layout="wide")
    pages = [st.Page(run, title=title, url_path=path) for title, run, path in PAGES]
    st.navigation(pages).run()
