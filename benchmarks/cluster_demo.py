"""`make cluster-demo SCALE=sample`: a whole build on a Spark cluster, compared with DuckDB's.

The cluster is a real one, on this machine: a master, two workers with one core each and a Spark
Connect server. One worker is killed in the middle of the build, which goes on with the other.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import bench
import typer
from measuring import REPOSITORY, GroupCost, GroupWatch
from parity import differences, different_exports, tables_of
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from spark_cluster import SMALL_DATA, Process, SparkCluster

from customer_segmentation.exporting import AUDIENCES
from customer_segmentation.visual_report.writing import REPORT

# Hooks before and after the nodes are counted by themselves.
_START = re.compile(r"(\d+) of (\d+) START (?!hook)(.+?) \.* \[RUN\]")


class Scale(StrEnum):
    """Size of the data: the bundled sample, or customers of the generator."""

    SAMPLE = "sample"
    SMALL = "10k"
    MIDDLE = "100k"


@dataclass(frozen=True)
class Size:
    """Memory and settings of a scale.

    Attributes:
        server_memory: heap of the Spark Connect server.
        worker_memory: heap of each of the two executors.
        settings: further settings of Spark.
    """

    server_memory: str
    worker_memory: str
    settings: Mapping[str, str]


SIZES = {
    Scale.SAMPLE: Size("1g", "512m", SMALL_DATA),
    Scale.SMALL: Size("2g", "1g", SMALL_DATA),
    Scale.MIDDLE: Size("2g", "1500m", {"spark.sql.shuffle.partitions": "8"}),
}


@dataclass(frozen=True)
class NodeStart:
    """A line of dbt: the ``number``-th of ``count`` nodes starts."""

    number: int
    count: int
    node: str

    @property
    def is_halfway_model(self) -> bool:
        """Whether it is a model of the second half, during which a worker can be killed."""
        return self.number * 2 >= self.count and " model " in f" {self.node} "


def node_start(line: str) -> NodeStart | None:
    """The start that a line of dbt's output reports, if any."""
    found = _START.search(line)
    return NodeStart(int(found[1]), int(found[2]), found[3]) if found else None


class Build(NamedTuple):
    """A build that ended well: its folder, nodes and costs."""

    folder: Path
    nodes: int
    cost: GroupCost

    @property
    def published(self) -> Path:
        """The file of the published tables; on Spark only its neighbours exist."""
        return self.folder / "published" / "customer_segments.duckdb"

    @property
    def cards(self) -> Path:
        """The file of the cards."""
        return self.folder / "published" / "service_cards.duckdb"


def build(
    console: Console,
    name: str,
    folder: Path,
    landing: Path | None,
    target: str,
    *,
    environment: Mapping[str, str] | None = None,
    groups: set[int] | None = None,
    each: Callable[[NodeStart], None] = lambda start: None,
) -> Build:
    """Runs `dbt build` and returns its costs, those of the ``groups`` of processes included.

    ``each`` is called with every node that starts.
    """
    folder.mkdir(parents=True)
    result = Build(folder, 0, GroupCost())
    variables = bench.variables_of(landing) if landing else {}
    command = [
        str(Path(sys.executable).with_name("dbt")),
        *("--no-use-colors", "build", "--target", target, "--vars", json.dumps(variables)),
        *("--target-path", str(folder / "target"), "--log-path", str(folder / "logs")),
    ]
    places = {
        "DBT_PROFILES_DIR": str(REPOSITORY / "profiles"),
        "DBT_PROJECT_DIR": str(REPOSITORY),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "GX_ANALYTICS_ENABLED": "false",
        "SEGMENTS_DATABASE": str(folder / "warehouse.duckdb"),
        "SEGMENTS_DATA_DOCS": str(folder / "data_docs"),
        "SEGMENTS_PUBLISHED": str(result.published),
        "SEGMENTS_SERVICE_PUBLISHED": str(result.cards),
    }
    everything = {**os.environ, **places, **(environment or {})}
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with (
        Process("dbt", command, folder / "dbt.log", everything) as process,
        GroupWatch({process.group, *(groups or ())}) as watch,
        Progress(
            *columns, TimeElapsedColumn(), TextColumn("{task.fields[node]}"), console=console
        ) as progress,
    ):
        task = progress.add_task(name, total=None, node="dbt parses the project")
        nodes = 0
        for line in process.lines():
            if start := node_start(line):
                nodes = start.count
                progress.update(
                    task, completed=start.number - 1, total=nodes, node=start.node.split(" ")[-1]
                )
                each(start)
        code = process.exit_code()
        if code == 0:
            progress.update(task, completed=nodes, node="")
    if code:
        raise SystemExit(
            f"{name}: exit code {code}; the end of {process.log}:\n{process.text()[-4000:]}"
        )
    return result._replace(nodes=nodes, cost=watch.cost)


def compared(console: Console, ours: Build, spark: Build, warehouse: Path) -> bool:
    """Compares everything that both builds published, and says what differs."""
    tables = tables_of(ours.published)
    found = differences(ours.published, warehouse, "customer_segments_a", tables)
    found |= differences(ours.cards, warehouse, "service_cards_a", ["service_cards"])
    files = [
        f"{folder}/{name}"
        for folder in (AUDIENCES, REPORT)
        for name in different_exports(
            ours.published.with_name(folder), spark.published.with_name(folder)
        )
    ]
    for table, rows in found.items():
        console.print(f"[red]different:[/red] {table}: {rows}", highlight=False)
    for file in files:
        console.print(f"[red]different:[/red] {file}", highlight=False)
    if not (found or files):
        console.print(
            f"[green]equal, row for row:[/green] {len(tables)} published tables, the cards of the "
            "service, all exported audiences and the report"
        )
    return not (found or files)


def main(
    scale: Annotated[Scale, typer.Argument(help="Size of the data.")] = Scale.SAMPLE,
    keep: Annotated[bool, typer.Option(help="Keep the tables and logs.")] = False,
) -> None:
    """Builds on DuckDB and on the cluster, kills a worker, and compares what is published."""
    # Lets everything stop in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    console = Console()
    size = SIZES[scale]
    work = REPOSITORY / "target" / "cluster_demo" / scale
    shutil.rmtree(work, ignore_errors=True)
    landing = None if scale == Scale.SAMPLE else bench.generated(bench.Scale(scale))
    console.print(f"Everything is below {work}", highlight=False)
    ours = build(console, "DuckDB", work / "on_duckdb", landing, "dev")

    cluster = SparkCluster(
        work / "cluster",
        server_memory=size.server_memory,
        worker_memory=size.worker_memory,
        settings=size.settings,
    )
    killed: list[NodeStart] = []

    def kill_halfway(start: NodeStart) -> None:
        if not killed and start.is_halfway_model:
            cluster.workers[0].kill()
            killed.append(start)
            console.print(
                f"[yellow]worker 1 is killed[/yellow] (SIGKILL) at node {start.number} of "
                f"{start.count}: {start.node}",
                highlight=False,
            )

    began = time.monotonic()
    with cluster:
        console.print(
            f"A master, two workers with one core and {size.worker_memory} each, and a Spark "
            f"Connect server with {size.server_memory} at {cluster.remote}: started in "
            f"{time.monotonic() - began:.0f} s",
            highlight=False,
        )
        spark = build(
            console,
            "Spark cluster",
            work / "on_spark",
            landing,
            "cluster",
            environment={"SPARK_REMOTE": cluster.remote},
            groups=cluster.groups,
            each=kill_halfway,
        )
        lost = cluster.lost_executors()
    table = Table("", "nodes", "wall s", "CPU s", "peak GB")
    for name, each in {"DuckDB": ours, "Spark cluster": spark}.items():
        cost = each.cost
        figures = [f"{each.nodes:,}", f"{cost.wall_seconds:,.0f}", f"{cost.cpu_seconds:,.0f}"]
        table.add_row(name, *figures, f"{cost.peak_mb / 1000:.1f}")
    console.print(table)
    if not (killed and lost):
        raise SystemExit("no worker was killed, or the server did not lose its executor")
    console.print(
        f"The build went on with one worker for {killed[0].count - killed[0].number + 1} nodes "
        "and ended with exit code 0."
    )
    is_equal = compared(console, ours, spark, cluster.warehouse)
    if not keep and is_equal:
        shutil.rmtree(work)
    raise SystemExit(0 if is_equal else 1)


if __name__ == "__main__":
    typer.run(main)
