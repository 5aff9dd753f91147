"""Another order of rows, another way of landing, and a killed build change nothing."""

import random
import signal
import subprocess
import time

import pytest
from project import FILES, SEEDED, Project, Rows, Tables, differences

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]


def without_landing_row(tables: Tables) -> Tables:
    """Published tables without the rows about the landing."""
    report = [row for row in tables["run_report"] if row[:2] != ("run", "landing")]
    model = [row for row in tables["cluster_model"] if "landing" not in row]
    days = [row[:-1] for row in tables["segmentation_days"]]
    return {**tables, "run_report": report, "cluster_model": model, "segmentation_days": days}


def test_a_killed_build_changes_nothing(built: Project, files_today: Project) -> None:
    """Today's files have yesterday's rows in another order; the first build is killed."""

    def shuffled(table: str, rows: Rows) -> Rows:
        random.Random(table).shuffle(rows)
        return rows

    files_today.land_files(shuffled)
    yesterday = files_today.published.read_bytes()
    with subprocess.Popen(
        files_today.command(*files_today.build_arguments("none"), *SEEDED, variables=FILES),
        cwd=files_today.root,
        env=files_today.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        for line in process.stdout:
            if "START sql table model segments_intermediate.int_orders " in line:
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    assert files_today.published.read_bytes() == yesterday

    time.sleep(0.1)
    files_today.build(FILES, *SEEDED, tests="none")
    assert files_today.published.read_bytes() != yesterday
    expected = without_landing_row(built.published_tables())
    assert differences(without_landing_row(files_today.published_tables()), expected) == []
    # The run of yesterday and the run of today.
    assert len(list(files_today.published.parent.glob(".customer_segments.duckdb.run-*"))) == 2
    exports = sorted((built.published.parent / "audiences").iterdir())
    assert len(exports) > 10
    for file in exports:
        same = files_today.published.parent / "audiences" / file.name
        assert same.read_bytes() == file.read_bytes()
    # No temporary tables of the gates are left.
    leftovers = "select table_name from duckdb_tables() where table_name like '%__dbt_tmp%'"
    assert files_today.warehouse_rows(leftovers) == []
    runs = "select distinct run_number from segments_quality.gate_crm order by run_number"
    assert files_today.warehouse_rows(runs) == [(1,), (2,), (3,)]
