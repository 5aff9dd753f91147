"""Rows of the published files. They are only read; each query opens the file that is there now."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import streamlit as st


def segments_file() -> Path:
    """The published file of customer segments."""
    return Path(os.environ.get("SEGMENTS_PUBLISHED") or "published/customer_segments.duckdb")


def cards_file() -> Path:
    """The published file of service cards."""
    return Path(os.environ.get("SEGMENTS_SERVICE_PUBLISHED") or "published/service_cards.duckdb")


def build_database() -> Path:
    """The database of the last build, for previews."""
    return Path(os.environ.get("SEGMENTS_DATABASE") or "warehouse.duckdb")


def rows(query: str, parameters: Sequence[Any] = (), file: Path | None = None) -> pd.DataFrame:
    """The rows of a query over a published file.

    The page ends with a message if nothing is published, or by an older version of this package.
    """
    path = file or segments_file()
    if not path.exists():
        st.error(f"Nothing is published at {path}. Run `make build`, then load this page again.")
        st.stop()
    with duckdb.connect(str(path), read_only=True) as connection:
        try:
            return connection.execute(query, list(parameters)).df()
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            what = str(error).splitlines()[0]
            st.error(
                f"{path} is of another version ({what}). Run `make build`, then load this page."
            )
            st.stop()


def least_customers() -> int:
    """Charts leave out groups of fewer customers, as the published figures do."""
    found = rows("select item_count from run_report where item = 'min_cell_customers'")
    return int(found["item_count"].iloc[0])


def segmentation_picker(label: str, *, where: str = "true") -> str:
    """A choice among the segmentations of the run, by their labels."""
    found = rows(
        f"""
        select segmentation, family || ': ' || label as label from segmentations
        where is_available and {where} order by family, label
        """
    )
    labels = dict(zip(found["segmentation"], found["label"], strict=True))
    names = list(labels)
    first = names.index("rfm") if "rfm" in labels else 0
    chosen: str = st.selectbox(label, names, index=first, format_func=labels.__getitem__)
    return chosen
