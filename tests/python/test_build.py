"""The promises of a build, kept end to end: what is published, when, and what stays out."""

import csv
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from project import REPOSITORY, SAMPLE, Project

pytestmark = pytest.mark.end_to_end

Rows = list[dict[str, str]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample, built and published."""
    project = Project.copy_to(tmp_path_factory.mktemp("built"))
    project.build()
    return project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Iterator[Project]:
    """A project of its own that published the sample yesterday."""
    copy = Project.copy_to(tmp_path / "project")
    copy.published.parent.mkdir()
    shutil.copy(built.published, copy.published)
    yield copy
    shutil.rmtree(copy.root)


def land_files(directory: Path, change: Callable[[str, Rows], Rows | None]) -> Path:
    """The sample as CSV files in ``directory``, each table as ``change`` returns it."""
    directory.mkdir()
    for seed in sorted(SAMPLE.glob("sample_*.csv")):
        table = seed.stem.removeprefix("sample_")
        with seed.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows = change(table, list(reader))
            columns = list(rows[0]) if rows else list(reader.fieldnames or [])
        if rows is None:
            continue
        with (directory / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return directory


def without_landing_row(tables: dict[str, list[tuple[Any, ...]]]) -> dict[str, Any]:
    """Published tables without the one row that names the way of landing."""
    report = [row for row in tables["run_report"] if row[:2] != ("run", "landing")]
    return {**tables, "run_report": report}


def test_every_published_table_is_there_and_has_rows(built: Project) -> None:
    tables = built.published_tables()
    assert set(tables) == {
        "agg_region_demand",
        "agg_segment_profiles",
        "dim_customers",
        "fct_customer_segments",
        "gate_results",
        "quarantined_rows",
        "rfm_cut_points",
        "run_report",
        "segmentations",
        "segments",
    }
    assert all(tables.values())
    assert built.rows("select count(*) from duckdb_views() where not internal") == [(0,)]


def test_every_customer_is_in_every_segmentation_once(built: Project) -> None:
    customers = built.rows("select count(*) from dim_customers")[0][0]
    assert customers > 1000
    counts = built.rows(
        "select s.segmentation, count(distinct f.customer_id), "
        "count(*) filter (where f.is_primary or s.is_hard) "
        "from segmentations s left join fct_customer_segments f using (segmentation) "
        "group by s.segmentation"
    )
    assert len(counts) == 31
    assert {(distinct, rows) for _, distinct, rows in counts} == {(customers, customers)}


def test_row_order_threads_and_way_of_landing_change_nothing(
    built: Project, tmp_path: Path
) -> None:
    def shuffled(table: str, rows: Rows) -> Rows:
        random.Random(table).shuffle(rows)
        return rows

    project = Project.copy_to(tmp_path / "project")
    profile = project.root / "profiles" / "profiles.yml"
    text = profile.read_text(encoding="utf-8")
    assert "settings: {TimeZone: UTC}" in text
    profile.write_text(
        text.replace("settings: {TimeZone: UTC}", "settings: {TimeZone: UTC, threads: 1}"),
        encoding="utf-8",
    )
    landing = land_files(tmp_path / "landing", shuffled)
    project.build({"landing": "files", "landing_path": landing})
    expected = without_landing_row(built.published_tables())
    assert without_landing_row(project.published_tables()) == expected


def test_a_second_build_publishes_the_same(built: Project, project: Project) -> None:
    shutil.copy(built.warehouse, project.warehouse)
    project.build()
    assert project.published_tables() == built.published_tables()


def test_a_past_date_shows_only_what_was_known_then(tmp_path: Path) -> None:
    as_of = date(2024, 12, 31)
    known_at = {
        "customers": "created_at",
        "accounts": "created_at",
        "leads": "created_at",
        "orders": "ordered_at",
        "refunds": "refunded_at",
        "exchange_rates": "rate_date",
        "events": "occurred_at",
        "service_contacts": "opened_at",
        "survey_responses": "responded_at",
        "campaign_touches": "touched_at",
        "consents": "recorded_at",
        "declared_preferences": "declared_at",
        "sensitive_attributes": "recorded_at",
        "erasure_requests": "requested_at",
    }

    with (SAMPLE / "sample_orders.csv").open(newline="", encoding="utf-8") as file:
        later_orders = {
            row["order_id"]
            for row in csv.DictReader(file)
            if row["ordered_at"][:10] > as_of.isoformat()
        }

    def known_then(table: str, rows: Rows) -> Rows | None:
        column = known_at.get(table)
        known = [row for row in rows if not column or row[column][:10] <= as_of.isoformat()]
        if table == "order_lines":
            known = [row for row in known if row["order_id"] not in later_orders]
        # A table that is there and empty stops at its gate: nobody had the survey yet.
        return known or None

    replayed = Project.copy_to(tmp_path / "replayed")
    replayed.build({"as_of_date": as_of})
    then = Project.copy_to(tmp_path / "then")
    landing = land_files(tmp_path / "landing", known_then)
    then.build({"as_of_date": as_of, "landing": "files", "landing_path": landing})
    for table in ("dim_customers", "fct_customer_segments", "agg_segment_profiles"):
        query = f"select * from {table} order by all"
        assert replayed.rows(query) == then.rows(query)
    last = replayed.rows("select max(last_order_date), max(first_seen_date) from dim_customers")
    assert last[0][0] <= as_of
    assert last[0][1] <= as_of


def test_orders_alone_in_a_schema_of_the_warehouse_get_segments(tmp_path: Path) -> None:
    project = Project.copy_to(tmp_path / "project")
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("create schema raw")
        connection.execute(
            "create table raw.orders as select order_id, ordered_at, contact_id, email, "
            "gross_amount from read_csv(?, all_varchar = true) where currency = 'EUR'",
            [str(SAMPLE / "sample_orders.csv")],
        )
    project.build({"landing": "tables", "landing_schema": "raw"})
    groups = dict(
        project.rows(
            "select segment, customers from agg_segment_profiles where segmentation = 'rfm'"
        )
    )
    assert len(groups) > 8
    assert project.rows(
        "select distinct segment from fct_customer_segments where segmentation = 'age_band'"
    ) == [("unknown",)]
    missing = project.rows(
        "select item from run_report where section = 'landing' and detail = 'not supplied'"
    )
    assert len(missing) == 15


def test_bad_rows_beyond_the_limit_stop_at_the_gate_and_publish_nothing(project: Project) -> None:
    def spoil(table: str, rows: Rows) -> Rows:
        if table == "orders":
            for row in rows[::10]:
                row["currency"] = "XXX"
        return rows

    before = project.published.read_bytes()
    landing = land_files(project.root / "landing", spoil)
    run = project.dbt(
        "build",
        *("--exclude-resource-type", "unit_test"),
        variables={"landing": "files", "landing_path": landing},
    )
    assert run.returncode == 1
    assert (
        "critical in gate_shop: orders.quarantined_share: at most 5.0% of rows are in quarantine"
        in run.stdout
    )
    assert project.published.read_bytes() == before
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        results = connection.execute(
            "select message from segments_quality.gate_shop "
            "where not passed and severity = 'critical'"
        ).fetchall()
        # Lines and refunds of quarantined orders are quarantined with them.
        assert {message.split(".")[0] for (message,) in results} == {
            "orders",
            "order_lines",
            "refunds",
        }
        assert connection.execute(
            "select count(*) from duckdb_tables() where table_name = 'int_orders'"
        ).fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("variables", "messages"),
    [
        (
            {
                "landing": "nonsense",
                "as_of_date": "2024-02-30",
                "rfm_score_method": "best",
                "rfm_window_days": 0,
                "rfm_frequency_ties": "row_order",
                "preference_min_share": 50,
                "service_load_medium_from": 9,
            },
            [
                "landing is 'nonsense'; expected one of sample, files, tables",
                "as_of_date is '2024-02-30'; expected YYYY-MM-DD",
                "rfm_score_method is 'best'; expected one of quantile",
                "rfm_window_days is '0'; expected a number of at least 1",
                "rfm_frequency_ties 'row_order' needs rfm_score_method 'fixed'",
                "preference_min_share is '50'; expected a number from 0 to 1",
                "service_load_medium_from is '9'; expected at most service_load_heavy_from",
            ],
        ),
        ({"landing": "files"}, ["landing 'files' needs landing_path"]),
        (
            {"landing": "files", "landing_path": "nowhere"},
            ["landing 'files' finds no landing table in 'nowhere'; expected names such as"],
        ),
        (
            {"landing": "tables", "landing_schema": "nowhere"},
            ["landing 'tables' finds no landing table in 'nowhere'; expected names such as orders"],
        ),
    ],
)
def test_vars_that_make_no_sense_stop_the_run_at_its_start(
    built: Project, variables: dict[str, Any], messages: list[str]
) -> None:
    run = built.dbt("build", variables=variables)
    assert run.returncode != 0
    assert [message for message in messages if message not in run.stdout] == []
    assert "START sql" not in run.stdout


def test_a_missing_required_column_is_named(project: Project) -> None:
    def without_column(table: str, rows: Rows) -> Rows | None:
        if table != "orders":
            return None
        return [{k: v for k, v in row.items() if k != "ordered_at"} for row in rows]

    before = project.published.read_bytes()
    landing = land_files(project.root / "landing", without_column)
    run = project.dbt("build", variables={"landing": "files", "landing_path": landing})
    assert run.returncode == 1
    assert "landing table 'orders' lacks required column(s) ordered_at" in run.stdout
    assert project.published.read_bytes() == before


def test_a_killed_build_leaves_yesterday_and_the_next_one_works(project: Project) -> None:
    before = project.published.read_bytes()
    with subprocess.Popen(
        project.command("build", "--exclude-resource-type", "unit_test"),
        cwd=project.root,
        env=project.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        for line in process.stdout:
            if "START sql table model segments_marts" in line:
                process.send_signal(signal.SIGKILL)
                break
    assert process.returncode == -signal.SIGKILL
    assert project.published.read_bytes() == before
    time.sleep(0.1)
    project.build()
    assert project.published.read_bytes() != before
    assert not list(project.published.parent.glob(".publishing-*"))


def test_no_direct_identifier_leaves_the_build(built: Project) -> None:
    """Every e-mail address, telephone number and family name of the sample, looked for anywhere."""
    values: set[str] = set()
    for table in ("customers", "leads", "orders"):
        with (SAMPLE / f"sample_{table}.csv").open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                for column in ("email", "phone", "address_line"):
                    values.add(row.get(column, "").strip().lower())
    values = {value for value in values if len(value) > 6}
    assert len(values) > 500
    texts = {
        f"published {name}": "\n".join(map(str, rows)).lower()
        for name, rows in built.published_tables().items()
    }
    for path in [*built.root.glob("logs/*"), *built.root.glob("target/data_docs/**/*.html")]:
        texts[str(path)] = path.read_text(encoding="utf-8").lower()
    assert len(texts) > 10
    found = [(name, value) for name, text in texts.items() for value in values if value in text]
    assert found == []


def test_the_bundled_profile_holds_no_secret() -> None:
    text = (REPOSITORY / "profiles" / "profiles.yml").read_text(encoding="utf-8")
    assert "password" not in text
    assert "token" not in text
