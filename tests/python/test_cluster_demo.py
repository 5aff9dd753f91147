"""The demo of a cluster: its processes, what it reads from dbt, and how it compares."""

import os
import sys
import time
from pathlib import Path

import duckdb
import pytest
from cluster_demo import SIZES, NodeStart, Scale, node_start
from measuring import GroupWatch, processes_of
from parity import differences, different_exports
from spark_cluster import LOOPBACK, Process, ProcessError, SparkCluster

# Starts a child that ignores the request to end, and says so.
PARENT = """
import subprocess, sys, time
child = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)"
subprocess.Popen([sys.executable, "-c", child])
print("ready at 7", flush=True)
time.sleep(60)
"""


def python(code: str, folder: Path) -> Process:
    return Process("some process", [sys.executable, "-c", code], folder / "log", os.environ)


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_process_ends_with_its_children(end: str, tmp_path: Path) -> None:
    process = python(PARENT, tmp_path)
    assert process.said(r"ready at (\d)") == "7"
    assert len(processes_of({process.group})) == 2
    getattr(process, end)()
    deadline = time.monotonic() + 5
    while processes_of({process.group}) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not processes_of({process.group})
    # A second time does nothing, because another process may have the number by now.
    process.stop()


def test_a_process_that_does_not_start_shows_its_log(tmp_path: Path) -> None:
    with python("print('no memory')", tmp_path) as process, pytest.raises(ProcessError) as error:
        process.said("ready")
    assert "no memory" in str(error.value)


def test_lines_are_read_until_the_end(tmp_path: Path) -> None:
    code = "import time; print('one', flush=True); time.sleep(0.3); print('two')"
    with python(code, tmp_path) as process:
        assert list(process.lines()) == ["one\n", "two\n"]
        assert process.exit_code() == 0


def test_groups_of_processes_are_measured(tmp_path: Path) -> None:
    code = (
        "memory = b'x' * 50_000_000\nfor _ in range(10_000_000): pass\nimport time; time.sleep(1)"
    )
    with python(code, tmp_path) as process, GroupWatch({process.group}) as watch:
        assert process.exit_code() == 0
    assert watch.cost.cpu_seconds > 0
    assert watch.cost.wall_seconds > 1
    assert watch.cost.peak_mb > 50


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "21:05:11  3 of 8 START sql table model segments_staging.as_of .......... [RUN]",
            NodeStart(3, 8, "sql table model segments_staging.as_of"),
        ),
        ("21:05:11  4 of 8 START test claims_as_of . [RUN]", NodeStart(4, 8, "test claims_as_of")),
        ("21:05:11  3 of 8 OK created sql table model segments_staging.as_of ... [OK in 1s]", None),
        ("21:05:11  1 of 1 START hook: project.on-run-start.0 .... [RUN]", None),
        ("21:05:11  Finished running 8 nodes", None),
    ],
)
def test_starts_of_nodes_are_read(line: str, expected: NodeStart | None) -> None:
    assert node_start(line) == expected


@pytest.mark.parametrize(
    ("start", "is_halfway"),
    [
        (NodeStart(3, 8, "sql table model a.b"), False),
        (NodeStart(4, 8, "sql table model a.b"), True),
        (NodeStart(5, 8, "python table model a.b"), True),
        (NodeStart(5, 8, "test claims_b"), False),
    ],
)
def test_a_worker_is_killed_in_a_model_of_the_second_half(
    start: NodeStart, is_halfway: bool
) -> None:
    assert start.is_halfway_model == is_halfway


def test_the_server_listens_on_the_loopback_address_only(tmp_path: Path) -> None:
    settings = SparkCluster(tmp_path, settings={"spark.ui.port": "0"}).settings("spark://x:1")
    places = [value for name, value in settings.items() if name.endswith((".host", "ddress"))]
    assert places == [LOOPBACK] * 3
    assert {value for name, value in settings.items() if name.endswith(".port")} == {"0"}
    assert settings["spark.sql.warehouse.dir"].startswith(str(tmp_path))


def test_every_scale_has_a_size() -> None:
    assert SIZES.keys() == set(Scale)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A published file, and tables of Spark in the folder ``warehouse`` beside it."""
    file = tmp_path / "published.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("set timezone = 'UTC'")
        for name, query in {
            "equal": "select 1 as a, timestamp '2024-01-01 10:00:00' as moment from range(2)",
            "other": "select range as a from range(5)",
            "typed": "select 1 as a",
        }.items():
            folder = tmp_path / "warehouse" / "out_a.db" / name
            folder.mkdir(parents=True)
            connection.execute(f"create table {name} as {query}")
            connection.execute(f"copy {name} to '{folder}/part.parquet'")
        folder = tmp_path / "warehouse" / "out_a.db"
        columns = "a, cast(moment as timestamptz) as moment"
        connection.execute(f"copy (select {columns} from equal) to '{folder}/equal/part.parquet'")
        connection.execute(f"copy (select a + 1 as a from other) to '{folder}/other/part.parquet'")
        connection.execute(f"copy (select '1' as a) to '{folder}/typed/part.parquet'")
    return file


def test_differences_between_the_engines_are_found(published: Path) -> None:
    warehouse = published.with_name("warehouse")
    assert differences(published, warehouse, "out_a") == {
        "other": [[(0,)], [(5,)]],
        "typed": "columns of Spark: {'a': 'VARCHAR'}",
    }
    assert differences(published, warehouse, "out_a", ["equal"]) == {}


def test_the_number_of_equal_rows_counts(published: Path) -> None:
    with duckdb.connect(str(published)) as connection:
        connection.execute("insert into equal from (from equal limit 1)")
    found = differences(published, published.with_name("warehouse"), "out_a", ["equal"])
    assert [len(rows) for rows in found["equal"]] == [1, 0]


def test_different_exports_are_found(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "other"]
    for number, folder in enumerate(folders):
        folder.mkdir()
        (folder / "same.csv").write_text("1")
        (folder / "changed.csv").write_text(str(number))
        duckdb.execute(f"copy (select 1 as a) to '{folder}/same.parquet'")
    (folders[0] / "missing.csv").write_text("1")
    assert different_exports(*folders) == ["changed.csv", "missing.csv"]
