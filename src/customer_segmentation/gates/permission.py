"""Whether a run may publish: its own gates say so, whatever the command was.

The tests of the gates stop `dbt build`. Other commands run no tests, and a gate's table also holds
the results of earlier runs. Publishing therefore asks the gates itself.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any


def refusal(
    gates: Mapping[str, Iterable[Mapping[str, Any]]],
    run_id: str,
    docs_directory: Path | None = None,
) -> str | None:
    """Why the run ``run_id`` must not publish, in one sentence; None where it may.

    ``gates`` are the rows of each gate model by its name, those of other runs included. Every gate
    needs results of this run and no critical check that did not pass. With the ``docs_directory``
    of the gates, the pages of failed gates are named.
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
    remedy = "put right what the gate says and run 'dbt build'" if failures else "run 'dbt build'"
    return f"nothing is published, because {' and '.join(failures + gaps)}: {remedy}"


def mixture(built_by: str | None, run_id: str) -> str | None:
    """Why the run must not publish what the run ``built_by`` built; None where they are one."""
    if built_by == run_id:
        return None
    return "nothing is published, because another run built the tables: run 'dbt build'"
