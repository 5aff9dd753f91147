"""Print the summary of a published run: its place, segments, audiences, and omissions."""

from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table


def print_report(path: Path, console: Console) -> None:
    """Print the summary of a published file.

    Args:
        path: the published DuckDB file.
        console: the console to print to.

    Raises:
        FileNotFoundError: nothing has been published at ``path``.
    """
    if not path.exists():
        raise FileNotFoundError(f"nothing is published at {path}; run `make build`")
    with duckdb.connect(str(path), read_only=True) as connection:
        rows = connection.execute(
            "select section, item, detail, item_count from run_report "
            "order by section, item, item_count desc"
        ).fetchall()
        segments = connection.execute(
            "select segmentation, string_agg(segment || ' ' || customers, ', ' "
            "order by customers desc, segment) from agg_segment_profiles "
            "where segment <> 'hidden' group by segmentation"
        ).fetchall()
        audiences = connection.execute(
            "select audience, sum(customers) filter (where outcome = 'contacted'), "
            "coalesce(sum(customers) filter (where outcome = 'holdout'), 0), "
            "string_agg(outcome || ' ' || customers, ', ' order by customers desc, outcome) "
            "filter (where outcome not in ('contacted', 'holdout')) "
            "from agg_audience_exclusions inner join audiences using (audience) "
            "group by audience, priority order by priority"
        ).fetchall()
    largest = {segmentation: _shorten(listing) for segmentation, listing in segments}
    facts = {(section, item): (detail, count) for section, item, detail, count in rows}

    console.print(_segmentation_table(rows, largest))
    console.print(_audience_table(audiences))
    if any(section == "adapter" for section, *_ in rows):
        console.print(_reason_table(rows, "adapter", "Rows of the export, by the adapter"))
    console.print(_reason_table(rows, "quarantine", "Quarantined"))
    if any(section == "unknown word" for section, *_ in rows):
        console.print(_reason_table(rows, "unknown word", "Unknown words of consent"))
    if any(section == "erasure" for section, *_ in rows):
        console.print(_reason_table(rows, "erasure", "Erasure"))
    for section, segmentation, reason, _ in rows:
        if section == "left out":
            console.print(f"left out: {segmentation} {reason}", highlight=False)
    for section, model, message, _ in rows:
        if section == "model":
            console.print(f"model {model}: {message}", highlight=False)
    warnings = [detail for section, _, detail, _ in rows if section == "warning"]
    for warning in warnings:
        console.print(f"[yellow]warning[/] {warning}", highlight=False)
    console.print(
        f"as of {facts['run', 'as_of_date'][0]}, landing {facts['run', 'landing'][0]}, "
        f"RFM scores: {facts['rfm', 'score_method'][0]}",
        highlight=False,
    )
    console.print(f"customer ids: {facts['run', 'customer_ids'][0]}", highlight=False)
    console.print(f"published: [bold]{path}[/]", highlight=False, soft_wrap=True)


def _segmentation_table(rows: list[tuple[str, str, str, int]], largest: dict[str, str]) -> Table:
    table = Table("segmentation", "customers", "segments", title="Segments", title_justify="left")
    table.columns[1].justify = "right"
    for section, item, _, count in rows:
        if section == "segmentation":
            table.add_row(item, f"{count:,}", largest.get(item, ""))
    return table


def _audience_table(audiences: list[tuple[str, int, int, str | None]]) -> Table:
    table = Table(
        "audience", "contacted", "held out", "left out", title="Audiences", title_justify="left"
    )
    table.columns[1].justify = table.columns[2].justify = "right"
    for audience, contacted, holdout, reasons in audiences:
        table.add_row(audience, f"{contacted:,}", f"{holdout:,}", _shorten(reasons or ""))
    return table


def _reason_table(rows: list[tuple[str, str, str, int]], section: str, title: str) -> Table:
    table = Table("item", "rows", "reason", title=title, title_justify="left")
    table.columns[1].justify = "right"
    for row_section, item, detail, count in rows:
        if row_section == section:
            table.add_row(item, f"{count:,}", detail)
    if not table.rows:
        table.add_row("", "0", "nothing")
    return table


def _shorten(listing: str, length: int = 90) -> str:
    if len(listing) <= length:
        return listing
    return listing[:length].rsplit(",", 1)[0] + ", ..."
