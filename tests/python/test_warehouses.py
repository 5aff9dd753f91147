"""The landing in PostgreSQL and in SQLite: the rows of the same files, and nothing is written."""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt_common.exceptions import DbtRuntimeError
from project import LEAN, REPOSITORY, Project, Rows, csv_rows

from customer_segmentation.duckdb_extensions import extension_file

SEEDS = REPOSITORY / "tests" / "consumer" / "seeds"

# Tables of the contract: the seed of the consumer project, and its columns with their types.
TABLES = {
    "customers": (
        "raw_clients",
        {
            "client_no": "contact_id text",
            "since": "created_at timestamp",
            "mail": "email text",
            "name_given": "first_name text",
            "name_family": "last_name text",
            "country": "country text",
        },
    ),
    "orders": (
        "raw_sales",
        {
            "sale_no": "order_id text",
            "sold_at": "ordered_at timestamptz",
            "client_no": "contact_id text",
        },
    ),
    "order_lines": (
        "raw_sale_items",
        {
            "line_no": "order_line_id text",
            "sale_no": "order_id text",
            "article_no": "product_id text",
            "pieces": "quantity integer",
            "piece_price": "unit_price numeric(12,2)",
        },
    ),
    "products": (
        "raw_articles",
        {
            "article_no": "product_id text",
            "title": "product_name text",
            "shelf": "category text",
            "piece_price": "list_price numeric",
        },
    ),
}
STAGING = {
    "stg_crm__customers": "contact_id",
    "stg_shop__orders": "order_id",
    "stg_shop__order_lines": "order_line_id",
    "stg_shop__products": "product_id",
}
PASSWORD = "words of nobody 7391"


def landed(table: str) -> Rows:
    """The rows of a landing table."""
    seed, columns = TABLES[table]
    rows = csv_rows(SEEDS / f"{seed}.csv")
    for row in rows:
        row["line_no"] = f"{row.get('sale_no')}-{row.get('position')}"
    return [{name.split()[0]: row[old] for old, name in columns.items()} for row in rows]


def statements() -> Iterator[tuple[str, list[list[str]]]]:
    """SQL that creates the tables, and rows for it."""
    for table, (_, columns) in TABLES.items():
        yield f"create table {table} ({', '.join(columns.values())})", [[]]
        marks = ", ".join("?" for _ in columns)
        yield f"insert into {table} values ({marks})", [[*row.values()] for row in landed(table)]


def staged(project: Project, *arguments: str, **variables: str) -> dict[str, list[Any]]:
    """The staged rows by model."""
    models = [f"+{model}" for model in STAGING]
    build = ("build", "--exclude-resource-type", "test", "--select", *models)
    project.done(*LEAN, *build, *arguments, variables=variables)
    return {
        model: project.warehouse_rows(f"from segments_staging.{model} order by {key}")
        for model, key in STAGING.items()
    }


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return Project.copy_to(tmp_path_factory.mktemp("warehouses") / "project")


@pytest.fixture(scope="module")
def rows_of_files(shop: Project) -> dict[str, list[Any]]:
    """The staged rows of the shop's files."""
    shop.land_files(lambda table, rows: landed(table) if table in TABLES else None)
    rows = staged(shop, landing="files", landing_path="landing")
    assert {model: len(found) for model, found in rows.items()} == {
        model: len(landed(table)) for model, table in zip(STAGING, TABLES, strict=True)
    }
    return rows


@pytest.fixture
def postgres(monkeypatch: pytest.MonkeyPatch) -> Iterator[duckdb.DuckDBPyConnection]:
    """A server of its own with the shop, attached as `shop`."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = str(found[-1]) if found else shutil.which("initdb")
    if not initdb:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    pg_ctl = str(Path(initdb).with_name("pg_ctl"))
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        password = place / "password"
        password.write_text(PASSWORD, encoding="utf-8")
        if user:
            shutil.chown(place, user)
            shutil.chown(password, user)
        data = str(place / "data")
        run(
            user,
            initdb,
            "-D",
            data,
            "-U",
            "owner",
            "-A",
            "scram-sha-256",
            "--no-sync",
            f"--pwfile={password}",
            "--encoding=UTF8",
        )
        # One socket in the folder and no port, so that servers of other tests do not collide.
        options = f"-k {folder} -c listen_addresses= -c fsync=off -c autovacuum=off"
        run(user, pg_ctl, "-D", data, "-w", "-l", str(place / "log"), "-o", options, "start")
        try:
            for name, value in {
                "PGHOST": folder,
                "PGDATABASE": "postgres",
                "PGUSER": "owner",
                "PGPASSWORD": PASSWORD,
            }.items():
                monkeypatch.setenv(name, value)
            with duckdb.connect() as connection:
                connection.load_extension(extension_file("postgres_scanner"))
                connection.execute("set TimeZone = 'UTC'")
                connection.execute("attach '' as shop (type postgres)")
                connection.execute("use shop.public")
                for statement, rows in statements():
                    connection.executemany(statement, rows)
                yield connection
        finally:
            run(user, pg_ctl, "-D", data, "-m", "immediate", "stop")


def run(user: str | None, *command: str) -> None:
    subprocess.run(command, user=user, cwd="/", check=True, stdout=subprocess.DEVNULL)


@pytest.mark.other_build
def test_postgresql_lands_the_rows_of_the_files(
    postgres: duckdb.DuckDBPyConnection,
    shop: Project,
    rows_of_files: dict[str, list[Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Only a transaction that writes gets a number.
    transactions = "from postgres_query('shop', 'select pg_snapshot_xmax(pg_current_snapshot())')"
    tables = "select table_name from duckdb_tables() where database_name = 'shop' order by all"
    before = [postgres.execute(query).fetchall() for query in (transactions, tables)]
    place = {"landing": "tables", "landing_database": "source", "landing_schema": "public"}
    assert staged(shop, "--target", "postgres", **place) == rows_of_files
    assert [postgres.execute(query).fetchall() for query in (transactions, tables)] == before

    # The password is in no file, nor is a wrong one.
    monkeypatch.setenv("PGPASSWORD", PASSWORD[::-1])
    printed = shop.refused("run", "--select", "as_of", "--target", "postgres", variables=place)
    assert "password authentication failed" in printed
    files = [file for file in shop.root.rglob("*") if file.is_file()]
    for password in (PASSWORD, PASSWORD[::-1]):
        assert not [file for file in files if password.encode() in file.read_bytes()]


@pytest.mark.other_build
def test_sqlite_lands_the_rows_of_the_files(
    shop: Project, rows_of_files: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shop.root / "sqlite"
    folder.mkdir()
    file = folder / "shop.sqlite"
    with sqlite3.connect(file) as connection:
        for statement, rows in statements():
            connection.executemany(statement, rows)
    before = file.read_bytes()
    monkeypatch.setenv("SEGMENTS_SQLITE", str(file))
    place = {"landing": "tables", "landing_database": "source", "landing_schema": "main"}
    assert staged(shop, "--target", "sqlite", **place) == rows_of_files
    assert file.read_bytes() == before
    assert [*folder.iterdir()] == [file]

    with sqlite3.connect(file) as connection:
        connection.execute("alter table products rename to product")
    printed = shop.refused("run", "--select", "as_of", "--target", "sqlite", variables=place)
    assert "products: product looks like this table; rename it, or create a view" in printed


def test_an_extension_that_is_not_installed_is_named() -> None:
    wanted = rf"pip install duckdb-extension-mysql-scanner=={duckdb.__version__}"
    with pytest.raises(DbtRuntimeError, match=wanted):
        extension_file("mysql_scanner")
