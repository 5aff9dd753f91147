"""The page: sections with charts, the table below each chart, and the published tables."""

import json
import re
from collections.abc import Sequence
from decimal import Decimal
from html import escape
from importlib.resources import files
from typing import Any

from altair.utils.schemapi import debug_mode

from customer_segmentation.visual_report import charts
from customer_segmentation.visual_report.bundle import vega_bundle
from customer_segmentation.visual_report.figures import Column, Fact, Figure, Run, Section
from customer_segmentation.visual_report.tables import TABLES, Rows, Tables

# Nothing may be loaded. Vega makes functions of the expressions of charts.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "script-src 'unsafe-inline' 'unsafe-eval'"
)
_PICKED = """
    select segmentation, segmentation_label, profiles.family, segment, profiles.label
    from profiles
    inner join segmentations using (segmentation)
    where is_telling and segment <> 'hidden' and position <= 20 and coalesce(customers, -1) <> 0
    order by profiles.family, segmentation_label, segmentation, position
"""


def page(tables: Tables, run: Run, sections: Sequence[Section]) -> str:
    """The HTML of the report."""
    figures: dict[str, Any] = {}
    contents = [(section, _section(section, tables, run, figures)) for section in sections]
    shown = [(section, content) for section, content in contents if content]
    links = "".join(
        f'<li><a href="#section-{section.name}">{escape(section.title)}</a></li>'
        for section, _ in shown
    )
    picked = tables.rows(_PICKED)
    data = {"figures": figures, "segments": _segments(picked)}
    day = run.as_of_date
    title = f"Customers on {day.day} {day:%B %Y}" if day else "Customers"
    few = f"Counts below {run.few} customers and amounts of few people are hidden." * (run.few > 1)
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{_file('page.css')}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#main">Skip to the content</a>\n<div class="frame">\n'
        f"<header><h1>{title}</h1>\n<p>Landing {escape(run.landing)}, amounts in "
        f"{escape(run.currency)}. {few}</p>\n<noscript><p>Charts need JavaScript; the numbers are "
        "in the tables.</p></noscript></header>\n"
        f'<div class="side"><nav aria-label="Sections"><ul>{links}'
        '<li><a href="#section-tables">Published tables</a></li></ul></nav>\n'
        f"{_picker(picked)}</div>\n"
        f'<main id="main">\n{"".join(content for _, content in shown)}{_tables(tables)}'
        "</main>\n</div>\n"
        f'<script type="application/json" id="report-data">{_json(data)}</script>\n'
        f"<script>{vega_bundle()}</script>\n<script>\n{_file('page.js')}</script>\n"
        "</body>\n</html>\n"
    )


def _section(section: Section, tables: Tables, run: Run, figures: dict[str, Any]) -> str:
    facts = section.facts(tables, run)
    parts: list[str] = []
    missing: list[Figure] = []
    for figure in section.figures:
        if rows := tables.rows(figure.query):
            figures[figure.name] = _data(figure, rows, run)
            parts.append(_figure(figure, rows, figures[figure.name]))
        else:
            missing.append(figure)
    grid = f'<div class="figures">\n{"".join(parts)}</div>\n' if parts else ""
    empty = f'<p class="empty">{escape(_reasons(missing, tables))}</p>\n' if missing else ""
    if not (facts or grid or empty):
        return ""
    return (
        f'<section id="section-{section.name}" aria-labelledby="section-{section.name}-title">\n'
        f'<h2 id="section-{section.name}-title">{escape(section.title)}</h2>\n'
        f"{_facts(facts)}{grid}{empty}</section>\n"
    )


def _reasons(figures: Sequence[Figure], tables: Tables) -> str:
    """Why figures have no rows."""
    sentences = dict.fromkeys(figure.without for figure in figures if figure.without)
    labels: dict[str, dict[str, None]] = {}
    for segmentation in dict.fromkeys(name for figure in figures for name in figure.needs):
        for row in tables.rows(
            "select label, coalesce(unavailable_reason, 'no segment to show') as reason "
            "from segmentations where segmentation = ?",
            [segmentation],
        ):
            labels.setdefault(row["reason"], {})[row["label"]] = None
    if labels:
        parts = "; ".join(f"{', '.join(names)} ({reason})" for reason, names in labels.items())
        sentences[f"Not shown: {parts}."] = None
    return " ".join(sentences)


def _facts(facts: Sequence[Fact]) -> str:
    numbers = "".join(
        f"<div><dt>{escape(fact.text)}</dt><dd>{escape(fact.number)}</dd></div>\n"
        for fact in facts
        if fact.number
    )
    sentences = "".join(
        f'<li>{escape(fact.text)} <span class="source">{_link(fact.table)}</span></li>\n'
        for fact in facts
        if not fact.number
    )
    return (f'<dl class="numbers">\n{numbers}</dl>\n' if numbers else "") + (
        f"<ul>\n{sentences}</ul>\n" if sentences else ""
    )


def _data(figure: Figure, rows: Rows, run: Run) -> dict[str, Any]:
    """Data of a figure for the script of the page."""
    parts: dict[str, Rows] = {}
    for row in rows:
        parts.setdefault("|".join(row[column] for column in figure.picker), []).append(row)
    data: dict[str, Any] = {
        "findings": {key: figure.finding(part, run) for key, part in parts.items()},
        "picker": figure.picker,
        "first": [rows[0][column] for column in figure.picker],
    }
    # Tests compare the charts with the schema of Vega-Lite, so that a run need not.
    with debug_mode(False):
        chart = figure.chart(figure.name, rows, run) if figure.chart else None
        spec = charts.specification(chart) if chart is not None else None
    if spec is not None:
        parameters = [parameter["name"] for parameter in spec.get("params", [])]
        data |= {"spec": spec, "rows": rows, "marks": "segment" in parameters}
    return data


def _figure(figure: Figure, rows: Rows, data: dict[str, Any]) -> str:
    finding = escape(next(iter(data["findings"].values())))
    chart = ""
    if "spec" in data:
        chart = (
            f'<div class="chart" role="img" aria-label="{finding}" '
            f'style="min-width: {figure.min_width}px"></div>\n'
        )
        if figure.min_width:
            chart = _scroll(f"Chart: {figure.question}", chart)
    numbers = _scroll(f"Numbers: {figure.question}", _table(figure, rows, data["first"]))
    if "spec" in data:
        numbers = f"<details><summary>The numbers</summary>\n{numbers}</details>\n"
    follows = '<p class="follows">Follows the picker</p>\n' if figure.picker else ""
    note = '<p class="note" aria-live="polite"></p>\n' if figure.picker else ""
    wide = ' class="wide"' if figure.is_wide or "spec" not in data else ""
    sources = "; ".join(_source(table, columns) for table, columns in figure.sources.items())
    return (
        f'<article id="{figure.name}"{wide} '
        f'aria-labelledby="{figure.name}-title">\n{follows}'
        f'<h3 id="{figure.name}-title">{finding}</h3>\n'
        f'<p class="question">{escape(figure.question)}</p>\n{note}{chart}{numbers}'
        f'<p class="source">Source: {sources}</p>\n</article>\n'
    )


def _scroll(label: str, content: str) -> str:
    opening = f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(label)}">'
    return f"{opening}\n{content}</div>\n"


def _table(figure: Figure, rows: Rows, first: Sequence[Any]) -> str:
    headings = "".join(
        f'<th scope="col"{_aligned(column)}>{escape(column.heading)}</th>'
        for column in figure.columns.values()
    )
    lines = []
    for row in rows:
        keys = [row[column] for column in figure.picker]
        attributes = "".join(
            f' data-{column}="{escape(key)}"'
            for column, key in zip(figure.picker, keys, strict=True)
        )
        hidden = "" if keys == list(first) else " hidden"
        cells = "".join(
            f"<td{_aligned(column)}>{_cell(row[name], column)}</td>"
            for name, column in figure.columns.items()
        )
        lines.append(f"<tr{attributes}{hidden}>{cells}</tr>\n")
    head = f"<thead><tr>{headings}</tr></thead>"
    return f"<table>\n{head}\n<tbody>\n{''.join(lines)}</tbody>\n</table>\n"


def _aligned(column: Column) -> str:
    return "" if column.kind == "text" else ' class="right"'


def _cell(value: Any, column: Column) -> str:
    match value, column.kind:
        case None, "count":
            return "few"
        case None, "money" | "share":
            return "hidden"
        case None, _:
            return ""
        case _, "share":
            return f"{100 * value:.1f} %"
        case _, "money" | "mean" | "count" | "rows":
            return f"{value:,.0f}"
        case float(), "number":
            return f"{value:,.2f}".rstrip("0").rstrip(".")
        case _, "number":
            return f"{value:,}"
    return escape(str(value))


def _source(table: str, columns: Sequence[str]) -> str:
    linked = ", ".join(f'<a href="#{table}.{column}">{column}</a>' for column in columns)
    return f"{_link(table)} ({linked})"


def _link(table: str) -> str:
    return f'<a href="#table-{table}">{table}</a>'


def _picker(picked: Rows) -> str:
    groups: dict[str, dict[str, str]] = {}
    for row in picked:
        family = groups.setdefault(row["family"], {})
        family[row["segmentation"]] = row["segmentation_label"]
    if not groups:
        return ""
    options = "".join(
        f'<optgroup label="{escape(family.capitalize())}">'
        + "".join(
            f'<option value="{escape(name)}"{" selected" * (name == "rfm")}>{escape(label)}'
            "</option>"
            for name, label in names.items()
        )
        + "</optgroup>"
        for family, names in groups.items()
    )
    return (
        '<form class="picker" autocomplete="off">\n<label for="segmentation">Segmentation</label>\n'
        f'<select id="segmentation">{options}</select>\n<label for="segment">Segment</label>\n'
        '<select id="segment"><option value="">All segments</option></select>\n'
        "<p>Charts with the mark “Follows the picker” show what is picked here.</p>\n</form>\n"
    )


def _segments(picked: Rows) -> dict[str, list[tuple[str, str]]]:
    segments: dict[str, list[tuple[str, str]]] = {}
    for row in picked:
        segments.setdefault(row["segmentation"], []).append((row["segment"], row["label"]))
    return segments


def _tables(tables: Tables) -> str:
    """The published tables that figures link to, with their columns."""
    articles = []
    for table in TABLES:
        columns = "".join(
            f'<dt id="{table}.{row["name"]}">{row["name"]}</dt>'
            f"<dd>{_code(row['description'])}</dd>\n"
            for row in tables.columns(table)
        )
        articles.append(
            f'<article id="table-{table}"><h3>{table}</h3>\n'
            f"<p>{_code(tables.description(table))}</p>\n"
            f"<details><summary>Columns</summary>\n<dl>{columns}</dl></details></article>\n"
        )
    return (
        '<section id="section-tables" class="tables" aria-labelledby="section-tables-title">\n'
        f'<h2 id="section-tables-title">Published tables</h2>\n{"".join(articles)}</section>\n'
    )


def _code(text: str) -> str:
    return re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))


def _file(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _json(data: Any) -> str:
    # "<" could end the element of the script.
    return json.dumps(data, default=_plain, separators=(",", ":")).replace("<", "\\u003c")


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
