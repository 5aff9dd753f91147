"""Prints a preview, and writes who would enter and leave."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from customer_segmentation.preview.figures import (
    Change,
    audience_changes,
    edited_seeds,
    overlaps,
    segment_changes,
    suppression_changes,
)
from customer_segmentation.preview.replay import Replay
from customer_segmentation.preview.steps import EDITED
from customer_segmentation.report import data_table, print_list

_SHOWN_OVERLAPS = 10

_MEMBERS = """
    select list_kind, name, customer_id,
        case when bool_or(is_now) then 'enters' else 'leaves' end as change
    from (
        select 'segment' as list_kind, segment as name, customer_id, false as is_now
        from {rules_before} where is_member
        union all
        select 'segment', segment, customer_id, true from {rules_after} where is_member
        union all
        select 'audience', audience, customer_id, false from {members_before} where not is_holdout
        union all
        select 'audience', audience, customer_id, true from {members_after} where not is_holdout
    )
    group by all
    having count(*) = 1
    order by all
"""


def print_preview(replay: Replay, console: Console) -> None:
    """Print the mistakes of the rows; without mistakes, what they would give."""
    edited = edited_seeds(replay)
    lines = [f"{seed.seed}: {seed.added} new rows, {seed.removed} gone" for seed in edited]
    console.print("[bold]Preview of the rules, audiences and suppressions[/] on the last build")
    print_list(console, "Edited since the last build", lines or ["nothing"])
    if replay.mistakes:
        print_list(console, "Mistakes, which would stop a build", replay.mistakes)
        return
    print_list(
        console,
        "Not in this preview",
        (
            f"{seed.seed}: its other effects are seen after make build"
            for seed in edited
            if seed.seed not in EDITED
        ),
    )
    _print_table(console, "Business segments", segment_changes(replay), "marketing may use")
    _print_overlaps(console, replay)
    _print_table(console, "Audiences", audience_changes(replay), "outcomes of candidates")
    _print_table(console, "Not offered", suppression_changes(replay), "reasons")


def write_members(replay: Replay, file: Path) -> int:
    """Write the customers who would enter or leave a segment or an audience.

    Args:
        replay: a preview without mistakes.
        file: a CSV file; only its owner can read it.

    Returns:
        The number of rows.
    """
    query = _MEMBERS.format(
        rules_before=replay.before("rule_memberships"),
        rules_after=replay.after("rule_memberships"),
        members_before=replay.before("audience_members"),
        members_after=replay.after("audience_members"),
    )
    rows = replay.connection.execute(query).fetchall()
    file.touch()
    file.chmod(0o600)
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(["list_kind", "name", "customer_id", "change"])
        writer.writerows(rows)
    return len(rows)


def _print_table(console: Console, title: str, changes: Iterable[Change], parts: str) -> None:
    table = data_table(title, "name", "before", "now", "enter", "leave", "their money", parts)
    for change in changes:
        table.add_row(*map(escape, _cells(change)))
    if table.row_count:
        console.print(table)


def _cells(change: Change) -> Iterator[str]:
    yield change.name
    for number in (change.before, change.after, change.entered, change.left):
        yield f"{number:,}"
    gained, lost = change.net_amount_entered, change.net_amount_left
    yield f"+{gained:,.0f} -{lost:,.0f}" if change.entered or change.left else ""
    yield ", ".join(f"{part} {customers:,}" for part, customers in change.parts.items())


def _print_overlaps(console: Console, replay: Replay) -> None:
    pairs = overlaps(replay)
    table: Table = data_table(
        "Overlaps of business segments", "segments", "customers", "share of the smaller one"
    )
    for pair in pairs[:_SHOWN_OVERLAPS]:
        table.add_row(
            f"{pair.segment}, {pair.other_segment}",
            f"{pair.customers:,}",
            f"{pair.share_of_smaller:.0%}",
        )
    if pairs:
        console.print(table)
