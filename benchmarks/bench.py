"""`make bench SCALE=10k`: what our build costs, beside DuckDB by hand, pandas and polars.

All programs read the same generated files. Results are compared before costs are kept in
results.csv, from which RESULTS.md and results.svg are rendered.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import shutil
import subprocess
import sys
from collections import defaultdict
from dataclasses import asdict
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import pyarrow.parquet as parquet
import typer
from comparing import Comparison
from measuring import REPOSITORY, Cost, measure
from plotting import plot
from rendering import LIBRARIES, RESULTS, TOPICS, Row, read_results, render, write_results

HERE = Path(__file__).resolve().parent


class Scale(StrEnum):
    """Size of the generated data."""

    SMALL = "10k"
    MIDDLE = "100k"
    LARGE = "1m"


# Options of the generator. A million customers have fewer orders and visits each.
GENERATOR = {
    Scale.SMALL: ["--customers", "10000", "--orders", "11", "--visits", "5"],
    Scale.MIDDLE: ["--customers", "100000", "--orders", "11", "--visits", "5"],
    Scale.LARGE: ["--customers", "1000000"],
}

# Our models for what pandas and polars do; customer keys and, for clusters, features are given.
MODELS = {
    "rfm": [
        "checked_order_lines",
        "stg_shop__orders",
        "stg_shop__order_lines",
        "stg_shop__refunds",
        "stg_shop__exchange_rates",
        "int_order_lines",
        "int_orders",
        "int_customer_orders",
        "int_rfm_measures",
        "int_rfm_fitness",
        "int_rfm_cut_points",
        "int_rfm_scores",
        "seg_rfm",
    ],
    "sessions": ["stg_web__events", "int_web_events", "int_web_sessions"],
    "clusters": ["int_cluster_model", "int_cluster_scores"],
}


def generated(scale: Scale) -> Path:
    """The folder of the landing, written if it is missing."""
    folder = HERE / "data" / scale
    if not (folder / "orders.parquet").exists():
        module = "customer_segmentation.sample"
        command = [sys.executable, "-m", module, "--out", str(folder), *GENERATOR[scale]]
        subprocess.run(command, check=True)
    return folder


def variables_of(landing: Path) -> dict[str, str | bool]:
    """The vars of a build of generated files."""
    return {
        "landing": "files",
        "landing_path": str(landing),
        # Audiences and rules of the sample, which the generator's data resemble.
        "use_examples": True,
    }


def machine() -> dict[str, str]:
    """The machine and the versions."""
    models = [
        line.split(":")[1].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    libraries = ["duckdb", "dbt-core", "dbt-duckdb", "pandas", "scikit-learn", "polars"]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True
    ).stdout.strip()
    return {
        "cpu": models[0] if models else platform.processor(),
        "cores": str(os.cpu_count()),
        "memory": f"{memory:.0f} GB",
        "versions": ", ".join(
            [
                f"Python {platform.python_version()}",
                *(f"{name} {version(name)}" for name in libraries),
            ]
        ),
        "commit": commit,
    }


def costs(cost: Cost) -> dict[str, str]:
    """A cost as texts."""
    return {name: f"{value:.2f}" for name, value in asdict(cost).items()}


def build(landing: Path, work: Path) -> Cost:
    """Our build, everything included."""
    work.mkdir(parents=True)
    variables = {
        **variables_of(landing),
        "publish_path": str(work / "published" / "customer_segments.duckdb"),
        "service_publish_path": str(work / "published" / "service_cards.duckdb"),
    }
    command = [sys.executable, str(HERE / "our_build.py"), str(work / "nodes.csv")]
    folders = ["--target-path", str(work / "target"), "--log-path", str(work / "logs")]
    return measure(
        [*command, *folders, "--vars", json.dumps(variables)],
        work,
        {
            "SEGMENTS_DATABASE": str(work / "warehouse.duckdb"),
            "DBT_PROFILES_DIR": str(REPOSITORY / "profiles"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "GX_ANALYTICS_ENABLED": "false",
        },
        work / "build.log",
    )


def layer_of(node: dict[str, str]) -> str:
    """tests, gates, or the folder of the model."""
    if node["kind"] == "test":
        return "tests"
    if node["name"].startswith("gate_") or "staging/gates/" in node["path"]:
        return "gates"
    return node["path"].split("/")[0] if node["kind"] == "model" else node["kind"] + "s"


def parts_of_build(nodes: list[dict[str, str]], total: Cost) -> dict[str, dict[str, float]]:
    """CPU and wall seconds of layers, topics, the dearest nodes and dbt itself."""
    parts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    names = {node["name"] for node in nodes}
    unknown = {name for models in MODELS.values() for name in models} - names
    if unknown:
        raise KeyError(f"no such models in the build, change MODELS: {', '.join(sorted(unknown))}")
    dearest = sorted(nodes, key=lambda node: -float(node["cpu_seconds"]))[:20]
    for node in nodes:
        keys = [f"layer {layer_of(node)}"]
        keys += [f"topic {topic}" for topic, models in MODELS.items() if node["name"] in models]
        keys += [f"node {node['name']}"] if node in dearest else []
        for key in keys:
            parts[key]["nodes"] += 1
            for measured in ("cpu_seconds", "wall_seconds"):
                parts[key][measured] += float(node[measured])
    for measured, whole in [
        ("cpu_seconds", total.cpu_seconds),
        ("wall_seconds", total.wall_seconds),
    ]:
        of_nodes = sum(float(node[measured]) for node in nodes)
        parts["layer dbt itself"][measured] = whole - of_nodes
    return parts


def main(
    scale: Annotated[Scale, typer.Argument(help="Size of the generated data.")] = Scale.SMALL,
    keep: Annotated[bool, typer.Option(help="Keep the databases in target/bench.")] = False,
) -> None:
    """Runs all programs on one scale and renders the results of all scales."""
    landing = generated(scale)
    work = REPOSITORY / "target" / "bench" / scale
    shutil.rmtree(work, ignore_errors=True)
    found: dict[str, dict[str, str]] = {"machine": machine()}
    rows = sum(parquet.read_metadata(file).num_rows for file in landing.glob("*.parquet"))
    found["input"] = {"rows": str(rows)}

    typer.echo("hand-written DuckDB")
    hand = [sys.executable, str(HERE / "hand_written.py"), str(landing), str(work / "hand_written")]
    found["hand_written"] = costs(measure(hand, work / "hand_written"))
    typer.echo("our build")
    cost = build(landing, work / "ours")
    found["ours"] = costs(cost)
    with (work / "ours" / "nodes.csv").open(newline="") as file:
        nodes = [node for node in csv.DictReader(file) if node["kind"] != "exposure"]
    parts = parts_of_build(nodes, cost)
    for part, measures in parts.items():
        found[part] = {name: f"{value:.2f}" for name, value in measures.items()}

    comparison = Comparison(work)
    comparison.with_hand_written()
    for program, sizes in comparison.sizes().items():
        found[program] |= sizes
    comparison.export(work / "inputs")
    for library in LIBRARIES:
        for topic in TOPICS:
            typer.echo(f"{library}: {topic}")
            command = [sys.executable, str(HERE / f"with_{library}.py"), topic, str(landing)]
            result = work / f"{library}_{topic}.parquet"
            log = work / f"{library}_{topic}.log"
            cost = measure([*command, str(work / "inputs"), str(result)], work, log=log)
            found[f"{library} {topic}"] = costs(cost)
        comparison.with_library(library, work)
    found["comparison"] = comparison.found
    comparison.connection.close()

    kept = [row for row in read_results() if row.scale != scale]
    new = [
        Row(scale, subject, measured, value)
        for subject, measures in found.items()
        for measured, value in measures.items()
    ]
    order = list(Scale)
    write_results(sorted([*kept, *new], key=lambda row: order.index(Scale(row.scale))))
    RESULTS.write_text(render(read_results()), encoding="utf-8")
    plot(read_results())
    if not keep:
        shutil.rmtree(work)
    typer.echo(f"written: {RESULTS.relative_to(REPOSITORY)}")


if __name__ == "__main__":
    typer.run(main)
