"""The page for marketers: edit rules, audiences and suppressions, see what they give, save them."""

import csv
import io
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import streamlit as st

from customer_segmentation.app.published import build_database, rows
from customer_segmentation.business import BusinessFileError
from customer_segmentation.preview.figures import (
    Change,
    audience_changes,
    edited_seeds,
    overlaps,
    segment_changes,
    suppression_changes,
)
from customer_segmentation.preview.replay import Replay, replayed, rows_to_edit
from customer_segmentation.preview.steps import EDITED
from customer_segmentation.rules.conditions import OPERATORS, STEPS

_TABS = {
    "segment_rules": "Rules",
    "segments": "Business segments",
    "audiences": "Audiences",
    "audience_segments": "Their segments",
    "audience_offers": "Their offers",
    "suppression_rules": "Suppressions",
}
# Columns with a choice of words, by seed.
_WORDS = {
    "segment_rules": {"operator": sorted(OPERATORS)},
    "audiences": {
        "channel": ["email", "phone", "sms", "letter"],
        "purpose": ["marketing", "profiling", "survey", "service"],
    },
    "audience_segments": {"kind": ["include", "require", "exclude"]},
    "audience_offers": {"product_by": ["tag", "category", "subcategory", "brand", "product"]},
    "suppression_rules": {"product_by": ["tag", "category", "subcategory", "brand", "product"]},
}
_COLUMNS = ("name", "before", "now", "enter", "leave", "net amount", "that enters", "that leaves")


def page() -> None:
    """Show the page."""
    st.title("Rules and audiences")
    st.caption(
        "Edit the rows, then look at the preview: it gives what the next build of the same day "
        "would give. Saved rows count from the next build on."
    )
    try:
        _load()
    except (LookupError, BusinessFileError, OSError) as error:
        st.error(str(error.args[0] if isinstance(error, LookupError) else error))
        st.stop()
    edited = _edited()
    folder = Path(
        st.text_input(
            "Folder of your own rows",
            st.session_state["folder"],
            help="The var business_path names it.",
        )
    )
    shown, saved, reloaded = st.columns(3)
    is_shown = shown.button("Preview", type="primary")
    is_saved = saved.button("Save")
    if reloaded.button("Drop the edits"):
        del st.session_state["rows"]
        st.rerun()
    if is_shown or is_saved:
        with tempfile.TemporaryDirectory() as draft:
            write_rows(edited, Path(draft))
            with replayed(build_database(), draft) as replay:
                _show(replay)
                has_mistakes = bool(replay.mistakes)
        if is_saved and not has_mistakes:
            folder.mkdir(parents=True, exist_ok=True)
            write_rows(edited, folder)
            # The saved rows are where further edits begin.
            st.session_state["rows"] = edited
            st.session_state["generation"] += 1
            st.success(
                f"Saved in {folder}. Build with them: make build VARS='business_path: {folder}'"
            )


def write_rows(tables: Mapping[str, pd.DataFrame], folder: Path) -> None:
    """Write a CSV file for each seed; empty rows are left out.

    Each file is complete before it takes the place of another.
    """
    for name, table in tables.items():
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(table.columns)
        for row in table.itertuples(index=False):
            fields = ["" if pd.isna(field) else str(field).strip() for field in row]
            if any(fields):
                writer.writerow(fields)
        draft = folder / f".{name}.csv.draft"
        draft.write_text(text.getvalue(), encoding="utf-8")
        draft.replace(folder / f"{name}.csv")


def _load() -> None:
    """Read the rows as texts, as the files have them now, once for a person's session."""
    if "rows" in st.session_state:
        return
    placed, steps = rows_to_edit(build_database())
    tables = {}
    for name in _TABS:
        columns = list(steps[name]["config"]["column_types"])
        records = [row.fields for row in placed[name]]
        if name == "segments":
            position = columns.index("segmentation")
            records = [record for record in records if record[position] == "business"]
        tables[name] = pd.DataFrame(records, columns=columns, dtype="string")
    st.session_state["rows"] = tables
    st.session_state["folder"] = steps["segments"]["vars"]["business_path"] or "business"
    st.session_state["generation"] = st.session_state.get("generation", 0) + 1


def _edited() -> dict[str, pd.DataFrame]:
    """The rows after the edits of the person."""
    edited = {}
    generation = st.session_state["generation"]
    for tab, name in zip(st.tabs(list(_TABS.values())), _TABS, strict=True):
        with tab:
            if name == "segment_rules":
                _explain_features()
            edited[name] = st.data_editor(
                st.session_state["rows"][name],
                num_rows="dynamic",
                hide_index=True,
                column_config={
                    column: st.column_config.SelectboxColumn(options=words)
                    for column, words in _WORDS.get(name, {}).items()
                },
                key=f"{name} {generation}",
            )
    return edited


def _explain_features() -> None:
    with st.expander("Features that rules can use"):
        st.dataframe(
            rows(
                """
                select column_name as feature, data_type as kind, comment as meaning
                from duckdb_columns() where table_name = 'customer_features' order by column_index
                """
            ),
            hide_index=True,
        )
        st.caption(f"Steps for followed_by and not_followed_by: {', '.join(STEPS)}.")


def _show(replay: Replay) -> None:
    """Show the mistakes; without mistakes, what the rows give."""
    for seed in edited_seeds(replay):
        part = "" if seed.seed in EDITED else "; its other effects are seen after make build"
        st.caption(f"{seed.seed}: {seed.added} new rows, {seed.removed} gone{part}")
    if replay.mistakes:
        st.error("These mistakes would stop a build:")
        for mistake in replay.mistakes:
            st.text(mistake)
        return
    st.header("Business segments")
    st.dataframe(_table(segment_changes(replay), "marketing may use"), hide_index=True)
    st.header("Audiences")
    st.dataframe(_table(audience_changes(replay), "outcomes of candidates"), hide_index=True)
    st.header("Not offered")
    st.dataframe(_table(suppression_changes(replay), "reasons"), hide_index=True)
    st.header("Overlaps of business segments")
    pairs = pd.DataFrame(overlaps(replay))
    if not pairs.empty:
        pairs.columns = ["segment", "other segment", "customers", "share of the smaller one"]
    st.dataframe(pairs, hide_index=True)


def _table(changes: list[Change], parts: str) -> pd.DataFrame:
    records = [
        [
            change.name,
            change.before,
            change.after,
            change.entered,
            change.left,
            round(change.net_amount),
            round(change.net_amount_entered),
            round(change.net_amount_left),
            ", ".join(f"{part} {customers:,}" for part, customers in change.parts.items()),
        ]
        for change in changes
    ]
    return pd.DataFrame(records, columns=[*_COLUMNS, parts])
