"""A build with requests leaves nothing of a person, and no other trace."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import duckdb
import pytest
from project import FILES, LEAN, SEEDED, Project, Rows, Tables, differences, sample_rows

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]

# An employee of a company with orders, a telephone number in another spelling, a device of two
# people, an unknown address, and an address within other signs.
REQUESTS = [
    {"erasure_request_id": "employee", "contact_id": "C000365"},
    {"erasure_request_id": "spelling", "phone": "030 / 2312 5023"},
    {"erasure_request_id": "two people", "visitor_id": "V802a"},
    {"erasure_request_id": "nobody", "email": "nobody@nowhere.example"},
    {"erasure_request_id": "a device", "visitor_id": "V1005a", "requested_at": "2031-01-01"},
    {"erasure_request_id": "quoted", "email": '"Guest" <Thomas.Weber1018@example.org>'},
]
PERSONAL = ("contact_id", "converted_contact_id", "lead_id", "email", "phone", "visitor_id")
TOKEN = re.compile(r"[\w.@+-]+")


@dataclass
class Erased:
    """The data of the people to erase, from a build without requests."""

    identifiers: set[str]
    customers: set[str]
    people: int

    def names(self, column: str, value: str) -> bool:
        """Whether a landed value names an erased person."""
        if column == "email":
            return value.strip().lower() in self.identifiers
        if column == "phone":
            number = re.sub("[^0-9]", "", value.replace("(0)", "")).lstrip("0")
            phones = [key for key in self.identifiers if key.startswith("+")]
            return bool(number) and any(phone.endswith(number) for phone in phones)
        return value.strip() in self.identifiers

    def without(self, table: str, rows: Rows) -> Rows | None:
        """The landed rows without the erased people."""
        if table == "erasure_requests":
            return None
        kept = []
        for row in rows:
            gone = row.get("order_id") in self.orders or any(
                self.names(column, row[column]) for column in PERSONAL if row.get(column)
            )
            if gone and row.get("account_id") and table in ("orders", "service_contacts"):
                row = {**row, **{column: "" for column in PERSONAL if column in row}}
            elif gone:
                continue
            kept.append(row)
        return kept

    @cached_property
    def orders(self) -> set[str]:
        """The orders of the erased people, without orders of a company."""
        return {
            row["order_id"]
            for row in sample_rows("orders")
            if not row["account_id"]
            and any(self.names(column, row[column]) for column in PERSONAL if row.get(column))
        }


def requests(*more: dict[str, str]) -> Rows:
    columns = sample_rows("erasure_requests")[0].keys()
    rows = [*sample_rows("erasure_requests"), *REQUESTS, *more]
    return [
        {
            column: row.get(column, "2025-01-01" if column == "requested_at" else "")
            for column in columns
        }
        for row in rows
    ]


def land(project: Project, change: object = None) -> None:
    shutil.rmtree(project.landing, ignore_errors=True)
    project.land_files(
        change  # type: ignore[arg-type]
        or (lambda table, rows: requests() if table == "erasure_requests" else rows)
    )


def tables(project: Project) -> Tables:
    return {**project.published_tables(), "service_cards": project.service_cards()}


@pytest.fixture(scope="module")
def yesterday(parsed_for_files: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A build without requests with a history from forty days before."""
    parsed_for_files.forget_builds()
    land(parsed_for_files, lambda table, rows: None if table == "erasure_requests" else rows)
    parsed_for_files.build(FILES, tests="none")
    parsed_for_files.change_state(
        "update segment_history set valid_from = valid_from - 40",
        "update segmentation_days set logged_on = logged_on - 40",
        "update drift_bins set as_of_date = as_of_date - 40, frozen_on = frozen_on - 40",
    )
    return parsed_for_files.copy(tmp_path_factory.mktemp("yesterday") / "project")


@pytest.fixture(scope="module")
def gone(yesterday: Project) -> Erased:
    named = {row[column].strip() for row in requests() for column in PERSONAL if row.get(column)}
    named -= {'"Guest" <Thomas.Weber1018@example.org>', "nobody@nowhere.example"}
    named -= {row["phone"] for row in REQUESTS if "phone" in row}
    named |= {"thomas.weber1018@example.org", "+493023125023"}
    listed = ", ".join(f"'{key}'" for key in named)
    owners = yesterday.warehouse_rows(
        "with named as (select * from segments_intermediate.int_identity_evidence "
        f"where contact_id in ({listed}) or email in ({listed}) or phone in ({listed}) "
        f"or visitor_id in ({listed})) "
        "select distinct customer_id from segments_intermediate.int_customer_identifiers "
        "inner join segments_intermediate.int_customers using (customer_id) "
        f"where customer_kind = 'person' and (identifier in ({listed}) "
        "or (identifier_type = 'contact' and identifier in (select contact_id from named)) "
        "or (identifier_type = 'lead' and identifier in (select lead_id from named)))"
    )
    customers = {customer for (customer,) in owners}
    ids = ", ".join(f"'{customer}'" for customer in customers)
    keys = yesterday.warehouse_rows(
        "select identifier from segments_intermediate.int_customer_identifiers "
        f"where customer_id in ({ids})"
    )
    absorbed = yesterday.warehouse_rows(
        "select absorbed_customer_id from segments_intermediate.int_identity_merges "
        f"where customer_id in ({ids})"
    )
    return Erased(
        named | {key for (key,) in keys}, customers | {id for (id,) in absorbed}, len(customers)
    )


@pytest.fixture(scope="module")
def today(yesterday: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = yesterday.copy(tmp_path_factory.mktemp("today") / "project")
    (project.root / "target" / "data_docs" / "an earlier run").mkdir(parents=True)
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("update segments_quality.gate_crm set examples = 'C000365, C000019'")
    land(project)
    project.done("build", "--exclude", "resource_type:test", *SEEDED, variables=FILES)
    return project


@pytest.fixture(scope="module")
def never_there(
    yesterday: Project, gone: Erased, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    project = yesterday.copy(tmp_path_factory.mktemp("never") / "project")
    # Without requests, missing consents would be refused.
    project.change_state("delete from landing_volumes")
    land(project, gone.without)
    project.build(FILES, *SEEDED, tests="none")
    return project


def test_the_people_to_erase_exist_before(yesterday: Project, gone: Erased) -> None:
    assert len(gone.customers) >= gone.people == 15
    published = {row[0] for row in yesterday.rows("select customer_id from dim_customers")}
    assert len(gone.customers & published) == gone.people
    names = yesterday.warehouse.read_bytes()
    assert sum(key.encode() in names for key in gone.identifiers | gone.customers) > 30


def test_no_file_keeps_erased_people(today: Project, gone: Erased) -> None:
    wanted = {key.encode() for key in gone.identifiers | gone.customers if len(key) > 5}
    assert len(wanted) > 40
    files = [
        path
        for folder in ("published", "target", "logs")
        for path in (today.root / folder).rglob("*")
        if path.is_file()
    ]
    files += [*today.root.glob("warehouse.duckdb*"), *today.root.glob("*.txt")]
    assert len(files) > 10
    found = {
        (path.name, key.decode()) for path in files for key in wanted if key in path.read_bytes()
    }
    assert found == set()
    assert not (today.root / "target" / "data_docs" / "an earlier run").exists()
    # Yesterday's runs are removed, because they hold erased people.
    runs = sorted(run.name.split(".run-")[0] for run in today.published.parent.glob(".*.run-*"))
    assert runs == [".customer_segments.duckdb", ".service_cards.duckdb"]


def texts(database: Path) -> Iterator[tuple[str, str]]:
    """Every table with all its text, because strings are compressed in the file."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables()"
        ).fetchall()
        for (name,) in names:
            rows = connection.execute(f"select cast(row as varchar) from {name} as row").fetchall()
            yield name, " ".join(row for (row,) in rows)


def test_no_table_keeps_erased_people(today: Project, gone: Erased) -> None:
    wanted = gone.identifiers | gone.customers | gone.orders
    cards = today.published.with_name("service_cards.duckdb")
    count = 0
    for database in (today.warehouse, today.published, cards):
        for name, text in texts(database):
            assert not wanted.intersection(TOKEN.findall(text)), name
            count += 1
    assert count > 200


def test_all_else_is_as_if_they_had_never_been_there(today: Project, never_there: Project) -> None:
    ours, theirs = dict(tables(today)), dict(tables(never_there))
    # These tables count landed rows.
    for name in ("gate_results", "run_report"):
        del ours[name], theirs[name]
    # In the history these customers are erased; they did not leave.
    del ours["agg_segment_migration"], theirs["agg_segment_migration"]
    assert differences(ours, theirs) == []

    moves = (
        "select segmentation, from_segment, replace(to_segment, 'erased', 'left') as state, "
        "sum(customers), max(customers_before), round(sum(share), 9) from agg_segment_migration "
        "group by all order by all"
    )
    assert today.rows(moves) == never_there.rows(moves)
    assert never_there.rows("select * from agg_segment_migration where to_segment = 'erased'") == []


def test_report_and_migration_count_them(today: Project, yesterday: Project, gone: Erased) -> None:
    report = dict(
        today.rows(
            "select item || ': ' || detail, item_count from run_report where section = 'erasure'"
        )
    )
    assert report == {
        "requests: landed": 15,
        "requests: cannot be read": 0,
        "requests: name nobody who is known": 1,
        "people: erased with all that is theirs": gone.people,
        "history: customers erased since the previous day": gone.people,
    }
    # Customers who object have no earlier segment.
    profiled = yesterday.rows(
        "select customer_id from fct_customer_segments "
        "where segmentation = 'rfm' and is_primary and segment <> 'not_profiled'"
    )
    assert today.rows(
        "select sum(customers) from agg_segment_migration "
        "where segmentation = 'rfm' and to_segment = 'erased'"
    ) == [(len(gone.customers & {customer for (customer,) in profiled}),)]
    assert today.rows(
        "select sum(customers) from agg_segment_migration where to_segment = 'left'"
    ) == [(None,)]
    landed = today.warehouse_rows(
        "select table_name, rows_landed from segments_quality.landing_row_counts order by all"
    )
    counts = {"erasure_requests": len(requests())}
    assert dict(landed) == {
        table: counts.get(table, len(sample_rows(table))) for table, _ in landed
    }


def test_a_request_of_this_hour_removes_its_card(today: Project, tmp_path: Path) -> None:
    project = today.copy(tmp_path / "project")
    before = {card[0]: card for card in project.service_cards()}
    customer, phone = project.warehouse_rows(
        "select customer_id, min(identifier) from segments_intermediate.int_customer_identifiers "
        "where identifier_type = 'phone' and identifier like '+49%' and customer_id in "
        "(select customer_id from segments_marts.service_cards) group by 1 order by 1 limit 1"
    )[0]
    more = [
        {"erasure_request_id": "now", "phone": f"0{phone[3:]}"},
        {"erasure_request_id": "nobody either", "email": "nobody@here.example"},
    ]
    land(project, lambda table, rows: requests(*more) if table == "erasure_requests" else rows)
    project.done(*LEAN, "build", "--selector", "service_hourly", variables=FILES)
    after = {card[0]: card for card in project.service_cards()}
    assert before.keys() - after.keys() == {customer}
    assert {key: before[key] for key in after} == after


def test_a_rebuilt_past_day_erases_too(today: Project, gone: Erased, tmp_path: Path) -> None:
    project = today.copy(tmp_path / "project")
    more = {"erasure_request_id": "later", "contact_id": "C000100"}
    land(project, lambda table, rows: requests(more) if table == "erasure_requests" else rows)
    ids = project.warehouse_rows(
        "select customer_id from segments_intermediate.int_customer_identifiers "
        "where identifier = 'C000100'"
    )
    assert len(ids) == 1
    history = "select count(*) from fct_segment_history where customer_id = ?"
    with duckdb.connect(str(project.published), read_only=True) as connection:
        assert connection.execute(history, ids[0]).fetchall()[0][0] > 0
    project.build({**FILES, "as_of_date": "2025-06-01"}, *SEEDED, tests="none")
    wanted = gone.customers | {ids[0][0], "C000100"}
    for name, text in texts(project.published):
        assert not wanted.intersection(TOKEN.findall(text)), name
    assert (
        project.rows("select max(logged_on) from segmentation_days")[0][0]
        > project.rows("select cast(detail as date) from run_report where item = 'as_of_date'")[0][
            0
        ]
    )


def test_an_unreadable_request_fails_the_gate(today: Project, tmp_path: Path) -> None:
    project = today.copy(tmp_path / "project")
    more = {"erasure_request_id": "unreadable", "email": "whoever"}
    land(project, lambda table, rows: requests(more) if table == "erasure_requests" else rows)
    output = project.refused(
        *(*LEAN, "build", "--select", "stg_crm__erasure_requests"),
        *("landing_row_counts", "quarantined_rows", "quarantine_reasons", "gate_crm"),
        variables=FILES,
    )
    critical = project.warehouse_rows(
        "select table_name, column_name from segments_quality.gate_crm "
        "where severity = 'critical' and not passed"
    )
    assert critical == [("erasure_requests", "quarantined_share")]
    assert "whoever" not in output
    reasons = project.warehouse_rows(
        "select quarantine_reason from segments_staging.stg_crm__erasure_requests "
        "where excluded_as = 'quarantined'"
    )
    assert reasons == [("email is no address",)]
