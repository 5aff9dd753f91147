"""RESULTS.md from results.csv."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
DATA = HERE / "results.csv"
RESULTS = HERE / "RESULTS.md"

PROGRAMS = {"ours": "our build", "hand_written": "hand-written DuckDB"}
TOPICS = {"rfm": "RFM", "sessions": "web sessions", "clusters": "clusters"}
LIBRARIES = ("pandas", "polars")

INTRODUCTION = """\
# Results of `make bench`

Generated from results.csv by benchmarks/bench.py. All programs read the same parquet files of the
generator, each in a process of its own. Their results are compared before any figure is kept; a run
stops if more than 0.1 % of the customers differ. Figures are of one run.

- CPU is user and system time of a process and its children. Peak memory is that of the largest
  process. Spill is the peak size of DuckDB's temporary folders.
- Our build is `dbt build` with a new database and nothing parsed. Gates, tests and publication are
  in it; the report at the end of `make build` is not.
- The hand-written program (benchmarks/hand_written) has our rules for staging, customers, orders,
  RFM, value so far and sessions. Its other segmentations, audiences and cards are simpler. It has
  no clusters, fitted forecast, prospects, rules of the business, gates, tests or reports. Its
  history has the first day only.
- pandas and polars get the customer of each key, the keys of erased people and the features of
  clusters. Beside them are our models of the same topic, without the start of dbt. Our staging also
  checks every column and keeps the rejected rows. Their own figures include the start of Python.
"""


class Row(NamedTuple):
    """A measure of one scale; `subject` is a program or a part of it."""

    scale: str
    subject: str
    measure: str
    value: str


class ScaleResults:
    """The results of one scale."""

    def __init__(self, name: str, rows: Iterable[Row]) -> None:
        """Takes the rows of the scale."""
        self.name = name
        self.values = {(row.subject, row.measure): row.value for row in rows}

    def text(self, subject: str, measure: str) -> str:
        """A value as it is."""
        return self.values[subject, measure]

    def number(self, subject: str, measure: str) -> float:
        """A value as a number; 0 if it was not measured."""
        return float(self.values.get((subject, measure), 0))

    def measures(self, subject: str) -> dict[str, str]:
        """All measures of a subject."""
        return {name: value for (of, name), value in self.values.items() if of == subject}

    def parts(self, kind: str) -> list[str]:
        """The layers, topics or nodes, the dearest first."""
        found = {of for of, _ in self.values if of.startswith(kind + " ")}
        return sorted(found, key=lambda part: (-self.number(part, "cpu_seconds"), part))

    def rows(self) -> float:
        """Rows that our build reads and publishes."""
        return self.number("input", "rows") + self.number("ours", "published_rows")

    def ratio(self, one: str, another: str, measure: str = "cpu_seconds") -> float:
        """A measure of one subject against that of another."""
        return self.number(one, measure) / max(self.number(another, measure), 0.01)


def read_results() -> list[Row]:
    """The rows of results.csv."""
    if not DATA.exists():
        return []
    with DATA.open(newline="", encoding="utf-8") as file:
        return [Row(**row) for row in csv.DictReader(file)]


def write_results(rows: Iterable[Row]) -> None:
    """Replaces results.csv."""
    with DATA.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(Row._fields)
        writer.writerows(rows)


def scales_of(rows: Iterable[Row]) -> dict[str, ScaleResults]:
    """The results by scale, in the order of the file."""
    listed = list(rows)
    names = dict.fromkeys(row.scale for row in listed)
    return {
        name: ScaleResults(name, [row for row in listed if row.scale == name]) for name in names
    }


def render(rows: Iterable[Row]) -> str:
    """The page. Equal rows give an equal page."""
    scales = scales_of(rows)
    parts = [INTRODUCTION, "![CPU seconds by scale](results.svg)\n", targets(scales)]
    parts += [of_scale(scale) for scale in scales.values()]
    return "\n".join(parts)


def table(header: list[str], rows: Iterable[list[str]]) -> str:
    """A table; all columns but the first are numbers."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def verdict(measured: float, limit: float, at_least: bool = False) -> str:
    """met or not met."""
    return "met" if (measured >= limit if at_least else measured <= limit) else "not met"


def targets(scales: dict[str, ScaleResults]) -> str:
    """Targets with what was measured."""
    rows = []
    for scale in scales.values():
        if scale.name != "10k":
            ratio = scale.ratio("ours", "hand_written")
            name = f"{scale.name}: CPU of the build at most 2.0 x hand-written"
            rows.append([name, f"{ratio:.1f} x", verdict(ratio, 2)])
        checks = sum(scale.number(f"layer {layer}", "cpu_seconds") for layer in ("gates", "tests"))
        share = 100 * checks / scale.number("ours", "cpu_seconds")
        name = f"{scale.name}: gates and tests at most 10 % of the build's CPU"
        rows.append([name, f"{share:.0f} %", verdict(share, 10)])
        for topic, label in TOPICS.items():
            ratio = scale.ratio(f"pandas {topic}", f"topic {topic}")
            name = f"{scale.name}: {label}, pandas takes at least 5 x our CPU"
            rows.append([name, f"{ratio:.1f} x", verdict(ratio, 5, at_least=True)])
        ratio = scale.ratio("polars sessions", "topic sessions")
        name = f"{scale.name}: web sessions, polars takes more CPU than we"
        rows.append([name, f"{ratio:.1f} x", verdict(ratio, 1, at_least=True)])
    if "1m" in scales:
        memory = scales["1m"].number("ours", "peak_mb") / 1000
        rows.append(["1m: at most 8 GB of memory", f"{memory:.1f} GB", verdict(memory, 8)])
    for small, large in [("10k", "100k"), ("100k", "1m")]:
        if small in scales and large in scales:
            growth = scales[large].rows() / scales[small].rows()
            ratio = (
                scales[large].number("ours", "cpu_seconds")
                / scales[small].number("ours", "cpu_seconds")
                / growth
            )
            name = f"{large} against {small}: CPU at most 1.2 x linear in rows read and published"
            rows.append([name, f"{ratio:.2f} x", verdict(ratio, 1.2)])
    return "## Targets\n\n" + table(["target", "measured", "result"], rows)


def of_scale(scale: ScaleResults) -> str:
    """The section of one scale."""
    machine = scale.measures("machine")
    programs = []
    for program, label in PROGRAMS.items():
        programs.append([label, *cost_columns(scale, program), *size_columns(scale, program)])
    measures = ["cpu_seconds", "wall_seconds", "peak_mb", "written_mb", "spill_mb"]
    measures += ["published_tables", "published_rows"]
    ratios = [
        f"{scale.ratio('ours', 'hand_written', measure):.1f} x"
        if scale.number("hand_written", measure) >= 1
        else ""
        for measure in measures
    ]
    programs.append(["ours / hand-written", *ratios])
    header = ["program", "CPU s", "wall s", "peak MB", "written MB", "spill MB"]
    total = scale.number("ours", "cpu_seconds")
    layers = [
        [
            layer.removeprefix("layer "),
            f"{scale.number(layer, 'nodes'):.0f}" if scale.number(layer, "nodes") else "",
            f"{scale.number(layer, 'cpu_seconds'):.1f}",
            f"{scale.number(layer, 'wall_seconds'):.1f}",
            f"{100 * scale.number(layer, 'cpu_seconds') / total:.0f} %",
        ]
        for layer in scale.parts("layer")
    ]
    nodes = [
        [
            node.removeprefix("node "),
            f"{scale.number(node, 'cpu_seconds'):.1f}",
            f"{scale.number(node, 'wall_seconds'):.1f}",
        ]
        for node in scale.parts("node")
    ]
    topics = []
    for topic, label in TOPICS.items():
        ours = scale.number(f"topic {topic}", "cpu_seconds")
        topics.append([f"{label}: ours", f"{ours:.1f}", wall(scale, f"topic {topic}"), "", ""])
        for library in LIBRARIES:
            name = f"{library}, scikit-learn" if topic == "clusters" else library
            subject = f"{library} {topic}"
            topics.append(
                [
                    f"{label}: {name}",
                    f"{scale.number(subject, 'cpu_seconds'):.1f}",
                    wall(scale, subject),
                    f"{scale.number(subject, 'peak_mb'):,.0f}",
                    f"{scale.ratio(subject, f'topic {topic}'):.1f} x",
                ]
            )
    compared = [[what, found] for what, found in scale.measures("comparison").items()]
    return "\n".join(
        [
            f"## {scale.name}\n",
            f"{scale.number('input', 'rows'):,.0f} rows of the landing. {machine['cpu']}, "
            f"{machine['cores']} cores, {machine['memory']}; {machine['versions']}; "
            f"commit {machine['commit']}.\n",
            "Compared:\n",
            table(["result", "found"], compared),
            table([*header, "tables", "rows published"], programs),
            table(["our build", "nodes", "CPU s", "wall s", "share of CPU"], layers),
            table(["topic", "CPU s", "wall s", "peak MB", "CPU / ours"], topics),
            "The dearest nodes:\n",
            table(["node", "CPU s", "wall s"], nodes),
        ]
    )


def cost_columns(scale: ScaleResults, program: str) -> list[str]:
    """CPU, wall, memory, bytes written and spill."""
    seconds = [f"{scale.number(program, name):.1f}" for name in ("cpu_seconds", "wall_seconds")]
    sizes = [f"{scale.number(program, f'{name}_mb'):,.0f}" for name in ("peak", "written", "spill")]
    return [*seconds, *sizes]


def size_columns(scale: ScaleResults, program: str) -> list[str]:
    """Published tables and rows."""
    return [f"{scale.number(program, f'published_{name}'):,.0f}" for name in ("tables", "rows")]


def wall(scale: ScaleResults, subject: str) -> str:
    """Wall seconds of a part."""
    return f"{scale.number(subject, 'wall_seconds'):.1f}"


if __name__ == "__main__":
    RESULTS.write_text(render(read_results()), encoding="utf-8")
