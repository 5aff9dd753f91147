"""Decide whether a run may publish, from the results of its own gates.

The tests of the gates stop `dbt build`. Other commands run no tests, and the table of a gate also
holds results of earlier runs. So the model that publishes checks the gates again.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def refusal(
    gates: Mapping[str, Iterable[Mapping[str, Any]]],
    run_id: str,
    docs_directory: Path | None = None,
) -> str | None:
    """The reason why the run ``run_id`` must not publish, in one sentence; None if it may.

    ``gates`` are the rows of each gate model by its name, other runs included. Every gate needs
    results of this run, and all its critical checks must pass. With the ``docs_directory`` of the
    gates, the reason names the pages of failed gates.
    """
    failures, gaps = [], []
    for gate, rows in gates.items():
        checks = [row for row in rows if row["run_id"] == run_id]
        failed = [row for row in checks if row["severity"] == "critical" and not row["passed"]]
        page = f", see {docs_directory / run_id / f'{gate}.html'}" if docs_directory else ""
        if failed:
            failures.append(f"{gate} failed (critical checks: {len(failed)}{page})")
        elif not checks:
            gaps.append(f"{gate} has no results of this run")
    if not failures and not gaps:
        return None
    remedy = "fix the failed checks and run 'dbt build'" if failures else "run 'dbt build'"
    return f"nothing is published, because {' and '.join(failures + gaps)}: {remedy}"


def mixture(built_by: str | None, run_id: str) -> str | None:
    """The reason not to publish tables of another run (``built_by``); None for this run."""
    if built_by == run_id:
        return None
    return "nothing is published, because another run built the tables: run 'dbt build'"
