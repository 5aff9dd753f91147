"""Write the report of a run into the folder that is published."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPORT = "report"


@dataclass(frozen=True)
class Report:
    """Settings of the report, beside the published tables.

    Attributes:
        few: the minimum of customers that a count may show.
        window_days: the days of purchases that count for RFM.
        folder: name of the folder that the report is published in.
    """

    few: int
    window_days: int
    folder: str = REPORT


def write_report(
    report: Report, relations: Mapping[str, Any], descriptions: Any, parent: Path
) -> None:
    """Write ``index.html`` into ``parent / report.folder``.

    Args:
        report: the settings.
        relations: published name -> relation, of DuckDB or Spark.
        descriptions: the relation of the model published_descriptions.
        parent: the parent of the new folder.
    """
    # Other commands do not wait for Altair.
    from customer_segmentation.visual_report.figures import Run
    from customer_segmentation.visual_report.page import page
    from customer_segmentation.visual_report.sections import SECTIONS
    from customer_segmentation.visual_report.tables import Tables

    tables = Tables(relations, descriptions, report.few)
    [facts] = tables.rows("from run")
    run = Run(**facts, few=report.few, window_days=report.window_days)
    folder = parent / report.folder
    folder.mkdir()
    (folder / "index.html").write_text(page(tables, run, SECTIONS), encoding="utf-8")
