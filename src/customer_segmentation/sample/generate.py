"""Run the SQL of the generator in DuckDB and write one file per landing table."""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Literal

import duckdb

FileFormat = Literal["csv", "parquet"]

COPY_OPTIONS: dict[FileFormat, str] = {
    "csv": "format csv, header true",
    "parquet": "format parquet, compression zstd",
}


@dataclass(frozen=True)
class Shape:
    """The size of the data. The defaults are those of the bundled sample.

    customers: people and companies in total.
    orders: approximate mean of orders per buyer.
    visits: approximate mean of visits per person without an order.
    seed: the seed of all random draws.
    """

    customers: int = 1250
    orders: float = 2.2
    visits: float = 0.5
    seed: int = 7

    def __post_init__(self) -> None:
        """Raises ValueError for an impossible shape."""
        if self.customers < 1 or self.orders < 1 or self.visits < 0:
            raise ValueError(
                "expected customers >= 1, orders >= 1 and visits >= 0, got "
                f"{self.customers}, {self.orders}, {self.visits}"
            )


def generate(
    directory: Path,
    shape: Shape | None = None,
    *,
    file_format: FileFormat = "csv",
    prefix: str = "",
    threads: int | None = None,
    memory_limit: str = "4GB",
) -> dict[str, int]:
    """Writes ``<prefix><table>.<format>`` for every landing table and returns their row counts.

    The default shape is the bundled sample. Data above ``memory_limit`` go to a temporary folder in
    ``directory``, which is removed at the end. In Parquet, numbers and dates that may be dirty are
    text; other columns have their type.

    Raises duckdb.Error if the disk is full.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(dir=directory, prefix=".work-") as workspace,
        duckdb.connect(str(Path(workspace) / "sample.duckdb")) as connection,
    ):
        connection.execute("set enable_progress_bar = false")
        connection.execute("set autoinstall_known_extensions = false")
        connection.execute("set memory_limit = ?", [memory_limit])
        if threads is not None:
            connection.execute("set threads = ?", [threads])
        for name, value in asdict(shape or Shape()).items():
            connection.execute(f"set variable {name} = {value}")
        for script in scripts():
            connection.execute(script)
        tables = connection.execute(
            "select view_name from duckdb_views() where schema_name = 'landing' order by view_name"
        ).fetchall()
        return {
            table: write(
                connection,
                table,
                directory / f"{prefix}{table}.{file_format}",
                COPY_OPTIONS[file_format],
            )
            for (table,) in tables
        }


def scripts() -> list[str]:
    """The SQL files of the package in the order of their names."""
    folder = resources.files("customer_segmentation.sample") / "sql"
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return [file.read_text(encoding="utf-8") for file in files if file.name.endswith(".sql")]


def write(connection: duckdb.DuckDBPyConnection, table: str, path: Path, options: str) -> int:
    """Writes a landing table in the order of its sort key, without the key."""
    destination = str(path).replace("'", "''")
    written = connection.execute(
        f"copy (select * exclude (sort_key) from landing.{table} order by sort_key) "
        f"to '{destination}' ({options})"
    ).fetchone()
    assert written is not None
    return int(written[0])
