"""The plot of RESULTS.md: CPU seconds by scale."""

from __future__ import annotations

from collections.abc import Iterable

import altair as alt
import pandas as pd
from rendering import HERE, LIBRARIES, TOPICS, Row, scales_of


def plot(rows: Iterable[Row]) -> None:
    """Writes results.svg."""
    scales = scales_of(rows)
    programs = []
    topics = []
    for scale in scales.values():
        for layer in scale.parts("layer"):
            seconds = scale.number(layer, "cpu_seconds")
            programs.append([scale.name, "ours", layer.removeprefix("layer "), seconds])
        hand = scale.number("hand_written", "cpu_seconds")
        programs.append([scale.name, "by hand", "hand-written DuckDB", hand])
        for topic, label in TOPICS.items():
            subjects = {"ours": f"topic {topic}"}
            subjects |= {library: f"{library} {topic}" for library in LIBRARIES}
            topics += [
                [scale.name, label, program, scale.number(subject, "cpu_seconds")]
                for program, subject in subjects.items()
            ]
    builds = bars(programs, ["scale", "program", "part", "CPU seconds"], "program", "part")
    libraries = bars(topics, ["scale", "topic", "program", "CPU seconds"], "topic", "program")
    chart = alt.vconcat(
        builds.properties(title="Whole build"), libraries.properties(title="Topics")
    ).resolve_scale(color="independent")
    chart.save(HERE / "results.svg")


def bars(rows: list[list[object]], columns: list[str], along: str, colour: str) -> alt.FacetChart:
    """Bars of each scale in a panel of its own; topics are side by side."""
    data = pd.DataFrame(rows, columns=columns)
    is_topic = along == "topic"
    encoding = {"xOffset": f"{colour}:N"} if is_topic else {}
    return (
        alt.Chart(data)
        .mark_bar()
        .encode(
            x=alt.X(f"{along}:N", title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("CPU seconds:Q", stack=None if is_topic else "zero"),
            color=alt.Color(f"{colour}:N", title=None, scale=alt.Scale(scheme="category20")),
            **encoding,
        )
        .properties(width=220, height=200)
        .facet(column=alt.Column("scale:N", title=None, sort=list(data["scale"].unique())))
        .resolve_scale(y="independent")
    )
