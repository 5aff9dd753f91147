"""The sample is published from a DuckLake as from a DuckDB file."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from project import LEAN, Project, differences

from customer_segmentation.duckdb_extensions import extension_file

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]


def test_a_lake_publishes_the_same_tables(built: Project, tmp_path: Path) -> None:
    lake = Project.copy_to(tmp_path / "project")
    lake.build(None, "--target", "ducklake")
    assert not differences(lake.published_tables(), built.published_tables())
    assert not differences(lake.state_tables(), built.state_tables())

    # The sample has erased people. They are removed after the publication, and so are snapshots
    # from before.
    published = datetime.fromtimestamp(lake.published.stat().st_mtime, UTC)
    with duckdb.connect() as connection:
        connection.load_extension(extension_file("ducklake"))
        connection.execute(f"attach 'ducklake:{lake.warehouse}' as lake (read_only)")
        oldest = "select min(snapshot_time) from ducklake_snapshots('lake')"
        assert connection.execute(oldest).fetchall()[0][0] > published
    # The file of the lake has the smallest and largest values of columns.
    assert not lake.warehouse.stat().st_mode & 0o077

    # The lake says that there was a history.
    shutil.rmtree(lake.published.parent)
    printed = lake.refused(
        *(*LEAN, "run", "--select", "kept_rule_memberships", "--target", "ducklake")
    )
    assert "Restore it from a backup" in " ".join(printed.split())
