"""Figures and sections of the report, and the words for their numbers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from customer_segmentation.visual_report.tables import Rows, Tables

Kind = Literal["text", "count", "rows", "share", "money", "mean", "number"]


@dataclass(frozen=True)
class Run:
    """Facts of the run that sentences need."""

    as_of_date: date | None
    landing: str
    currency: str
    window_days: int
    few: int

    def money(self, amount: Any) -> str:
        """An amount in the reporting currency."""
        return f"{self.currency} {amount:,.0f}"

    def short_money(self, amount: Any) -> str:
        """An amount in the reporting currency; millions are rounded."""
        return f"{self.currency} {amount / 1e6:,.2f} M" if amount >= 1e6 else self.money(amount)


@dataclass(frozen=True)
class Column:
    """A column of the table below a chart.

    Attributes:
        heading: its heading.
        kind: the kind of its cells. A missing count is of few customers, and a missing share or
            amount is hidden. A missing mean or number may have nothing to count.
    """

    heading: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Figure:
    """A chart with its table, or a table alone.

    Attributes:
        name: the anchor of the figure and the name of its data in the chart.
        question: the question that it answers.
        sources: the published tables that it shows, each with the columns.
        query: the query of its rows, over ``views.sql``.
        finding: the answer in a sentence, from the rows.
        columns: column of the query -> column of the table.
        chart: the chart of the rows, or None if there is nothing to draw; None for a table alone.
        needs: segmentations of the catalogue without which there are no rows.
        without: the sentence if there are no rows; by default, why ``needs`` are not available.
        picker: the columns that the picker of the page filters: none, segmentation, or
            segmentation and segment. With an empty segment, a row is about all customers.
        is_wide: whether the chart takes the whole width of the page.
        min_width: the width in pixels below which the chart is scrolled, not made smaller.
    """

    name: str
    question: str
    sources: Mapping[str, Sequence[str]]
    query: str
    finding: Callable[[Rows, Run], str]
    columns: Mapping[str, Column]
    chart: Callable[[str, Rows, Run], Any] | None = None
    needs: Sequence[str] = ()
    without: str = ""
    picker: Sequence[str] = ()
    is_wide: bool = False
    min_width: int = 0


@dataclass(frozen=True)
class Fact:
    """A sentence, or a number with its label, that needs no chart; with its published table."""

    text: str
    table: str
    number: str = ""


@dataclass(frozen=True)
class Section:
    """A section of the page."""

    name: str
    title: str
    figures: Sequence[Figure] = ()
    facts: Callable[[Tables, Run], Sequence[Fact]] = field(default=lambda tables, run: ())


def count(number: Any, one: str, several: str) -> str:
    """A number of things in words."""
    return f"{number:,} {one if number == 1 else several}"


def share(part: Any) -> str:
    """A share in percent, with a space that does not break the line."""
    percent = 100 * part
    is_near_the_end = 0 < abs(percent) < 1 or 99 < percent < 100
    return f"{percent:.{1 if is_near_the_end else 0}f}\N{NO-BREAK SPACE}%"


def listed(names: Sequence[str]) -> str:
    """Names in a sentence."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
