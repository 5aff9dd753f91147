"""The sample is published from a DuckLake as from a DuckDB file."""

from pathlib import Path

import duckdb
import pytest
from project import Project, differences

from customer_segmentation.duckdb_extensions import extension_file

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]


def test_a_lake_publishes_the_same_tables(built: Project, tmp_path: Path) -> None:
    lake = Project.copy_to(tmp_path / "project")
    lake.build(None, "--target", "ducklake")
    assert not differences(lake.published_tables(), built.published_tables())

    # The sample has erased people: no earlier snapshot keeps their rows.
    with duckdb.connect() as connection:
        connection.load_extension(extension_file("ducklake"))
        connection.execute(f"attach 'ducklake:{lake.warehouse}' as lake (read_only)")
        [(snapshots,)] = connection.execute(
            "select count(*) from ducklake_snapshots('lake')"
        ).fetchall()
    assert snapshots < 10
