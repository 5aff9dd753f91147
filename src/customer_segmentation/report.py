"""Print the summary of a published run: what matters first, then segments and audiences."""

import os
import sys
import webbrowser
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from customer_segmentation.visual_report.writing import REPORT


class Fact(NamedTuple):
    """A row of run_report."""

    item: str
    detail: str
    number: int | None


Facts = dict[str, list[Fact]]

_SEGMENTS = """
    select segmentations.segmentation, sum(customers),
        string_agg(segment || ' ' || customers, ', ' order by customers desc, segment)
    from agg_segment_profiles
    inner join segmentations using (segmentation)
    where is_telling
        and segment not in ('hidden', 'unknown', 'too_few', 'not_applicable', 'not_profiled')
    group by segmentations.segmentation, family
    order by family, segmentations.segmentation
"""
_AUDIENCES = """
    select audience, sum(customers) filter (where outcome = 'contacted'),
        coalesce(sum(customers) filter (where outcome = 'holdout'), 0),
        string_agg(outcome || ' ' || customers, ', ' order by customers desc, outcome)
            filter (where outcome not in ('contacted', 'holdout'))
    from agg_audience_exclusions inner join audiences using (audience)
    group by audience, priority order by priority
"""


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
        print_run(connection, console)
    console.print(f"\npublished: [bold]{escape(str(path))}[/]", highlight=False, soft_wrap=True)
    if (page := visual_report(path)).exists():
        console.print(f"report: [bold]{escape(str(page))}[/]", highlight=False, soft_wrap=True)


def visual_report(path: Path) -> Path:
    """The page about the run of a published file, which a browser opens."""
    return path.parent / REPORT / "index.html"


def open_in_browser(page: Path) -> None:
    """Open a page, if a person is at a terminal that has a screen."""
    has_screen = sys.platform in ("darwin", "win32") or (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if page.exists() and sys.stdout.isatty() and has_screen:
        webbrowser.open(page.absolute().as_uri())


def run_facts(connection: duckdb.DuckDBPyConnection) -> Facts:
    """The rows of run_report by their sections."""
    facts: Facts = defaultdict(list)
    for section, *fact in connection.execute(
        "select * from run_report order by section, item, item_count desc, detail"
    ).fetchall():
        facts[section].append(Fact(*fact))
    return facts


def print_run(connection: duckdb.DuckDBPyConnection, console: Console) -> None:
    """Print the summary of the published tables that the ``connection`` finds by their names."""
    facts = run_facts(connection)
    segments = connection.execute(_SEGMENTS).fetchall()
    audiences = connection.execute(_AUDIENCES).fetchall()
    (same,) = connection.execute(
        "select count(*) from segmentations where is_available and not is_telling"
    ).fetchone() or (0,)

    run = {fact.item: fact.detail for fact in facts["run"]}
    console.print(
        f"[bold]Customer segments of {run['as_of_date']}[/], landing {run['landing']}",
        highlight=False,
    )
    print_list(console, "What matters", what_matters(facts))
    print_list(console, "Left out", left_out(facts["left out"], same))
    console.print(_segment_table(segments))
    if audiences:
        console.print(_audience_table(audiences))
    print_list(console, "Models", (f"{fact.item}: {fact.detail}" for fact in facts["model"]))


def print_list(console: Console, title: str, lines: Iterable[str]) -> None:
    """Print a title and a line for each text; nothing without texts."""
    lines = list(lines)
    if lines:
        console.print(f"\n[bold]{title}[/]")
        for line in lines:
            console.print(f"- {line}", highlight=False, markup=False)


def what_matters(facts: Facts) -> Iterator[str]:
    """A line for each fact that a reader of the run must know."""
    for fact in facts["warning"]:
        yield f"warning: {fact.detail}"
    rejected = defaultdict(list)
    for fact in facts["quarantine"]:
        rejected[fact.item].append(f"{fact.detail} ({fact.number:,})")
    landed = {fact.item: fact.number or 0 for fact in facts["landing"]}
    for table, reasons in rejected.items():
        rows = sum(fact.number or 0 for fact in facts["quarantine"] if fact.item == table)
        yield f"{table}: {rows:,} of {landed[table]:,} rows rejected: {', '.join(reasons)}"
    if rejected:
        yield "rejected rows: select * from quarantined_rows"
    for fact in facts["not read"]:
        if fact.detail.startswith("perhaps"):
            yield f"{fact.item} is not read: {fact.detail} ({_rows(fact.number)} filled)"
    others = [fact.item for fact in facts["not read"] if not fact.detail.startswith("perhaps")]
    if others:
        yield f"not in the contract, so not read: {', '.join(others)}"
    for fact in facts["unknown word"]:
        yield f"{fact.item}: unknown words in {_rows(fact.number)}, {fact.detail}"
    for section in ("adapter", "erasure"):
        for fact in facts[section]:
            if fact.number:
                yield f"{section}, {fact.item}: {fact.number:,} {fact.detail}"
    if facts["example"]:
        kinds = ", ".join(fact.item for fact in facts["example"])
        yield f"{kinds}: {facts['example'][0].detail}"
    yield from (f"ids: {fact.detail}" for fact in facts["run"] if fact.item == "customer_ids")
    # Persons and companies often have the same one.
    yield from (f"RFM: {detail}" for detail in dict.fromkeys(_rfm_doubts(facts["rfm"])))


def _rfm_doubts(facts: list[Fact]) -> Iterator[str]:
    for fact in facts:
        is_as_wanted = fact.item.startswith("score_method") and " " not in fact.detail
        if not is_as_wanted:
            yield fact.detail


def _rows(number: int | None) -> str:
    return "1 row" if number == 1 else f"{number or 0:,} rows"


def left_out(facts: list[Fact], same: int) -> Iterator[str]:
    """A line for each reason why segmentations are left out.

    ``same`` is the number of segmentations with one segment for all known customers.
    """
    names = defaultdict(list)
    for fact in facts:
        names[fact.detail].append(fact.item)
    for reason, segmentations in sorted(names.items(), key=lambda entry: -len(entry[1])):
        yield f"{reason}: {', '.join(segmentations)}"
    if same:
        yield f"not shown below: {same} segmentations with one segment for all known customers"


def data_table(title: str, *columns: str) -> Table:
    """A table with one line per row; its last column is cut at the width of the console."""
    table = Table(
        box=None, expand=True, title=f"\n[bold]{title}[/]", title_style="", title_justify="left"
    )
    first, *counts, last = columns
    table.add_column(first)
    for column in counts:
        table.add_column(column, justify="right")
    table.add_column(last, ratio=1, no_wrap=True, overflow="ellipsis")
    return table


def _segment_table(segments: list[tuple[str, int, str]]) -> Table:
    table = data_table("Segments", "segmentation", "known customers", "segments")
    for segmentation, customers, listing in segments:
        table.add_row(segmentation, f"{customers:,}", escape(listing))
    return table


def _audience_table(audiences: list[tuple[str, int, int, str | None]]) -> Table:
    table = data_table("Audiences", "audience", "contacted", "held out", "left out")
    for audience, contacted, holdout, reasons in audiences:
        table.add_row(audience, f"{contacted or 0:,}", f"{holdout:,}", reasons)
    return table
