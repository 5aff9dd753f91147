"""The page of the benchmark is what its figures give, and its measures are of the process."""

import sys
from pathlib import Path

import pytest
from bench import MODELS
from measuring import measure
from project import REPOSITORY
from rendering import RESULTS, read_results, render

# Takes 100 MB, and has a temporary folder of DuckDB for a while.
PROGRAM = """
import pathlib, sys, time
memory = b"x" * 100_000_000
folder = pathlib.Path(sys.argv[1]) / "some.duckdb.tmp"
folder.mkdir()
(folder / "block").write_bytes(memory[:5_000_000])
time.sleep(1.2)
(folder / "block").unlink()
"""


def test_the_page_is_rendered_from_the_kept_figures() -> None:
    rows = read_results()
    assert rows
    assert render(rows) == RESULTS.read_text(encoding="utf-8")


def test_a_process_is_measured(tmp_path: Path) -> None:
    cost = measure([sys.executable, "-c", PROGRAM, str(tmp_path)], tmp_path)
    assert cost.cpu_seconds > 0
    assert cost.wall_seconds > 0
    assert cost.peak_mb > 100
    assert cost.spill_mb == 5


def test_a_failed_process_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="exit code 3"):
        measure([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)


def test_compared_models_exist() -> None:
    names = {path.stem for path in (REPOSITORY / "models").rglob("*.*")}
    assert {model for models in MODELS.values() for model in models} <= names
