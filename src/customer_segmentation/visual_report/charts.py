"""The shapes of charts, as Vega-Lite by Altair. Colours are variables of ``page.css``."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

ACCENT, QUIET, INK, RISE, FALL = (
    f"var(--{name})" for name in ("accent", "quiet", "ink", "rise", "fall")
)
# Distinct in lightness too, for print in grey and for readers who do not see colours.
SERIES = [f"var(--series-{number})" for number in range(1, 6)]
CONFIG = {
    "background": "transparent",
    "font": "system-ui, sans-serif",
    "axis": {
        "labelColor": INK,
        "titleColor": "var(--soft)",
        "gridColor": "var(--line)",
        "domainColor": "var(--line)",
        "tickColor": "var(--line)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 230,
        "maxExtent": 300,
    },
    "legend": {
        "labelColor": INK,
        "titleColor": "var(--soft)",
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "orient": "top",
        "columns": 3,
        "labelLimit": 220,
    },
    "text": {"fontSize": 12, "color": INK},
    "view": {"stroke": None},
    "scale": {"bandPaddingInner": 0.25},
}
# The axis of bars with a text at their ends.
WITHOUT_TICKS = alt.Axis(labels=False, ticks=False, grid=False, domain=False, titleAnchor="start")
# The room of the text at the end of a bar, as a part of the bar.
_ROOM = 1.3


def data(
    name: str,
    rows: Sequence[Mapping[str, Any]] = (),
    picker: Sequence[str] = (),
    *,
    marks_segment: bool = False,
) -> alt.Chart:
    """A chart of the rows of a figure.

    The page sets a parameter for each column of the ``picker``, from the first row on. With
    ``marks_segment``, it sets the parameter ``segment`` too; colours depend on it.
    """
    chart = alt.Chart(alt.NamedData(name))
    for column in picker:
        parameter = alt.param(name=column, value=rows[0][column])
        chart = chart.add_params(parameter).transform_filter(f"datum.{column} === {column}")
    return chart.add_params(alt.param(name="segment", value="")) if marks_segment else chart


def labels(column: str, order: str, title: str | None = None) -> alt.Y:
    """Labels of rows, from top to bottom by the column ``order``."""
    return alt.Y(f"{column}:N", title=title, sort=alt.EncodingSortField(order, op="min"))


def bars(
    chart: alt.Chart,
    value: str,
    title: str,
    *,
    text: str = "text",
    label: str = "label",
    colour: Any = None,
) -> alt.LayerChart:
    """Horizontal bars in the order of the column ``position``, with a text at their ends."""
    base = chart.transform_calculate(room=f"datum.{value} * {_ROOM}").encode(
        y=labels(label, "position")
    )
    bar = base.encode(x=alt.X(f"{value}:Q", title=title, axis=WITHOUT_TICKS))
    return alt.layer(
        base.mark_tick(opacity=0).encode(x="room:Q"),
        bar.mark_bar(cornerRadiusEnd=2).encode(color=colour or alt.value(ACCENT)),
        bar.mark_text(align="left", dx=5).encode(text=f"{text}:N"),
    ).properties(width="container", height=alt.Step(26))


def heatmap(
    chart: alt.Chart,
    x: alt.X,
    y: alt.Y,
    value: str,
    text: str,
    *,
    colour: Any = None,
    step: int = 32,
    is_slanted: bool = False,
) -> alt.LayerChart:
    """Cells that are darker the larger the value is, with the value as text.

    ``is_slanted``: whether the labels at the top are slanted, and need room on the right.
    """
    base = chart.encode(x=x, y=y)
    scale = alt.Scale(range=[0.08, 0.55])
    return alt.layer(
        base.mark_rect(stroke="var(--card)", strokeWidth=2).encode(
            color=colour or alt.value(ACCENT),
            fillOpacity=alt.FillOpacity(f"{value}:Q", scale=scale, legend=None),
        ),
        base.mark_text(fontSize=11).encode(text=f"{text}:N"),
    ).properties(
        width="container",
        height=alt.Step(step),
        padding={"left": 5, "top": 5, "right": 70 if is_slanted else 5, "bottom": 5},
    )


def specification(chart: Any) -> dict[str, Any]:
    """The chart as Vega-Lite, without its data and with the look of the page."""
    spec: dict[str, Any] = chart.to_dict(validate=False)
    return {**spec, "config": CONFIG}
