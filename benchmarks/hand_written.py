"""Run the hand-written DuckDB program: python hand_written.py <landing> <work>."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
SEEDS = HERE.parent / "seeds"


def run(landing: Path, work: Path) -> None:
    """Build work/published.duckdb from the landing; intermediate tables are in work/work.duckdb."""
    with duckdb.connect(str(work / "work.duckdb")) as connection:
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"attach '{work / 'published.duckdb'}' as published")
        connection.execute("set variable landing = ?", [str(landing)])
        connection.execute("set variable seeds = ?", [str(SEEDS)])
        for script in sorted((HERE / "hand_written").glob("*.sql")):
            connection.execute(script.read_text(encoding="utf-8"))


if __name__ == "__main__":
    run(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
