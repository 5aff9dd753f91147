"""Run `dbt build` and measure its nodes: python our_build.py <nodes.csv> <arguments>."""

from __future__ import annotations

import csv
import resource
import sys
import time
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner


def cpu_seconds() -> float:
    """CPU of this process and of its ended children."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


class NodeClock:
    """Costs of nodes, from the events of dbt. Nodes run one after another (threads: 1)."""

    def __init__(self) -> None:
        """Starts without nodes."""
        self.rows: list[dict[str, str]] = []
        self._began: dict[str, tuple[float, float]] = {}

    def __call__(self, event: Any) -> None:
        """Takes the time of a node's start or end."""
        if event.info.name not in ("NodeStart", "NodeFinished"):
            return
        node = event.data.node_info
        now = cpu_seconds(), time.perf_counter()
        if event.info.name == "NodeStart":
            self._began[node.unique_id] = now
            return
        cpu, wall = self._began.pop(node.unique_id)
        self.rows.append(
            {
                "kind": node.resource_type,
                "name": node.node_name,
                "path": node.node_path,
                "cpu_seconds": f"{now[0] - cpu:.3f}",
                "wall_seconds": f"{now[1] - wall:.3f}",
            }
        )


def main(nodes: Path, arguments: list[str]) -> int:
    """Returns the exit code of dbt."""
    clock = NodeClock()
    result = dbtRunner(callbacks=[clock]).invoke(["build", *arguments])
    with nodes.open("w", newline="") as file:
        writer = csv.DictWriter(file, ["kind", "name", "path", "cpu_seconds", "wall_seconds"])
        writer.writeheader()
        writer.writerows(clock.rows)
    return 0 if result.success else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
