"""Small odd landings for hypothesis, and the models and data tests that each of them has to pass.

dbt compiles the project once, for landing tables of text. DuckDB prepares the compiled models and
data tests once and executes them for each landing, in a transaction that is rolled back. Python
models run as dbt runs them.
"""

import csv
import importlib.util
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

import duckdb
from dbt_common import invocation
from hypothesis import strategies as st
from project import SAMPLE, Project, sample_rows
from rich.console import Console

from customer_segmentation.landing_check import print_landing
from customer_segmentation.report import print_run
from customer_segmentation.visual_report.tables import TABLES
from customer_segmentation.visual_report.writing import Report, write_report

VARIABLES = {
    "landing": "tables",
    "landing_schema": "landing",
    "use_examples": True,
    "ip_ranges_path": "seeds/demo/demo_ip_ranges.csv",
}

LEFT_OUT = {
    # They need files.
    *("publication", "service_publication", "erasure_traces", "audience_exports"),
    *("published_descriptions",),
    # Slow, with property tests of their own.
    *("key_features", "agg_region_demand", "agg_region_category_demand"),
}

# The gates, the report, and what they read: Great Expectations takes seconds.
GATES = ("gate_crm", "gate_service", "gate_shop", "gate_web", "gate_publish")
# Published names of a seed and a model.
PUBLISHED = {"audiences": "audiences", "segmentations": "segmentation_availability"}
REPORT = {*GATES, "gate_results", "run_report", "agg_segment_profiles", "hidden_cells"}

# Macros that ask only a build for the landed columns, the placeholders and erased people.
_RUN_ONLY = ("erasure/is_erasing", "landing/id_placeholders", "landing/typed_landing")

# Types of arrow that DuckDB calls otherwise.
_TYPES = {
    "string": "varchar",
    "int64": "bigint",
    "int32": "int",
    "bool": "boolean",
    "date32[day]": "date",
}

Row = dict[str, str | None]
Rows = dict[str, list[Row]]
Node = dict[str, Any]


def compiled_project(root: Path) -> Project:
    """The project in the folder ``root``, compiled as a build with landing tables would be."""
    project = Project.copy_to(root)
    for macro in _RUN_ONLY:
        file = root / "macros" / f"{macro}.sql"
        text = file.read_text(encoding="utf-8")
        for word, meaning in (("not in", "true"), ("in", "false")):
            text = text.replace(f'flags.WHICH {word} ("compile", "generate")', meaning)
        file.write_text(text, encoding="utf-8")
    project.parse(VARIABLES)
    manifest = project.manifest
    with duckdb.connect(str(project.warehouse)) as connection:
        connection.execute("create schema landing")
        for name, source in contract_of(manifest).items():
            columns = ", ".join(f"{column} varchar" for column in source["columns"])
            connection.execute(f"create table landing.{name} ({columns})")
        for node in manifest["nodes"].values():
            if node["name"] == "id_placeholders":
                _create_seed(connection, project, node)
            if node["name"] == "erased_keys":
                # Erased people, so that the models are compiled with what removes them.
                connection.execute(f"create schema if not exists {node['schema']}")
                connection.execute(f"create table {node['relation_name']} as select true as found")
    project.done("compile", "--quiet", variables=VARIABLES)
    return project


def contract_of(manifest: Mapping[str, Any]) -> dict[str, Node]:
    """The landing tables of the contract."""
    sources = manifest["sources"].values()
    return {source["name"]: source for source in sources if source["source_name"] == "landing"}


def _create_seed(connection: duckdb.DuckDBPyConnection, project: Project, node: Node) -> None:
    file = project.root / node["original_file_path"]
    with file.open(newline="", encoding="utf-8") as lines:
        header = next(csv.reader(lines))
    types = node["config"]["column_types"]
    columns = ", ".join(
        f'cast("{name}" as {types.get(name, "string")}) as {name}' for name in header
    )
    connection.execute(f"create schema if not exists {node['schema']}")
    connection.execute(
        f"create table {node['relation_name']} as select {columns} "
        f"from read_csv('{file}', all_varchar = true, header = true)"
    )


class Pipeline:
    """The compiled models and data tests, prepared in one database."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._manifest = project.manifest
        self.contract = contract_of(self._manifest)
        # gate_results reads the gates of this run.
        invocation._INVOCATION_ID = self._manifest["metadata"]["invocation_id"]
        self._nodes = {**self._manifest["nodes"], **self._manifest["sources"]}
        self._relations = {
            (node.get("source_name"), node["name"]): node["relation_name"]
            for node in self._nodes.values()
            if node["resource_type"] in ("model", "seed", "source")
        }
        self._connect()

    def relation(self, name: str, source: str | None = None) -> str:
        """The name of a model or seed, or of a table of a source, in SQL."""
        relation: str = self._relations[source, name]
        return relation

    def _connect(self) -> None:
        database = self._project.warehouse.stem
        self.connection = duckdb.connect(config={"threads": 1})
        # The optimizer takes most of the time for so few rows.
        self.connection.execute(
            f"""
            set TimeZone = 'UTC';
            pragma disable_optimizer;
            set variable segments_id_secret = '';
            attach ':memory:' as "{database}";
            attach ':memory:' as state;
            use "{database}";
            create schema landing;
            """
        )
        for node in self._nodes.values():
            if node["resource_type"] in ("model", "source"):
                place = f'"{node["database"]}"."{node["schema"]}"'
                self.connection.execute(f"create schema if not exists {place}")
            if node["resource_type"] == "source":
                self._create_source(node)
            if node["resource_type"] == "seed" and not node["name"].startswith("sample_"):
                _create_seed(self.connection, self._project, node)
        self.models = self._models_in_order()
        self._python = {
            node["name"]: _model_function(self._project.root / node["original_file_path"])
            for node in self.models
            if node["language"] == "python"
        }
        # Every model runs once for no rows, because Python models define their columns.
        for node in self.models:
            if node["language"] == "sql":
                self._prepare(node)
            self._build(node, is_first=True)
        self._delete_rows()
        self.tests = list(self._prepared_tests())

    def _create_source(self, node: Node) -> None:
        columns = node["columns"].values()
        types = ", ".join(f"{column['name']} {column['data_type']}" for column in columns)
        self.connection.execute(f"create table {node['relation_name']} ({types})")
        if node["source_name"] == "landing":
            texts = ", ".join(f"{column['name']} varchar" for column in columns)
            self.connection.execute(f"create table landing.{node['name']} ({texts})")

    def _models_in_order(self) -> list[Node]:
        ordered: dict[str, Node] = {}
        visited: set[str] = set()

        def add(name: str) -> None:
            node = self._nodes[name]
            if node["resource_type"] == "model" and name not in visited:
                visited.add(name)
                for parent in sorted(node["depends_on"]["nodes"]):
                    add(parent)
                if node["name"] not in LEFT_OUT:
                    ordered[name] = node

        for name in sorted(self._nodes):
            add(name)
        return list(ordered.values())

    def _prepare(self, node: Node) -> None:
        query = node["compiled_code"]
        described = self.connection.execute(f"describe {query}").fetchall()
        columns = ", ".join(f'"{name}" {kind}' for name, kind, *_ in described)
        self.connection.execute(f"create table {node['relation_name']} ({columns})")
        self.connection.execute(
            f"prepare model_{node['name']} as insert into {node['relation_name']} {query}"
        )

    def _build(self, node: Node, *, is_first: bool = False) -> None:
        if node["language"] == "sql":
            self.connection.execute(f"execute model_{node['name']}")
            return
        found = self._python[node["name"]](_DbtOfModel(self, node), self.connection)
        # Not scanned by the statement, because its relation can be one of this connection.
        for read in ("to_arrow_table", "read_all"):
            found = getattr(found, read)() if hasattr(found, read) else found
        table = found
        if is_first:
            columns = ", ".join(f'"{field.name}" {_type(field.type)}' for field in table.schema)
            self.connection.execute(f"create table {node['relation_name']} ({columns})")
        if table.num_rows:
            places = ", ".join("?" for _ in table.column_names)
            self.connection.executemany(
                f"insert into {node['relation_name']} values ({places})",
                [list(row.values()) for row in table.to_pylist()],
            )

    def _prepared_tests(self) -> Iterator[str]:
        built = {node["unique_id"] for node in self.models}
        for node in self._nodes.values():
            if node["resource_type"] != "test" or node["config"]["severity"].lower() != "error":
                continue
            # A gate may stop a build.
            if (node.get("test_metadata") or {}).get("name") == "gate_passed":
                continue
            parents = [
                parent
                for parent in node["depends_on"]["nodes"]
                if self._nodes[parent]["resource_type"] in ("model", "source")
            ]
            if parents and built.issuperset(parents):
                name = f"test_{len(node['name'])}_{node['name'][:80]}"
                self.connection.execute(f'prepare "{name}" as {node["compiled_code"]}')
                yield name

    @contextmanager
    def built(self, landed: Rows, *, with_report: bool = False) -> Iterator[None]:
        """All models with the landed rows, as long as the context lasts."""
        self.connection.execute("begin")
        is_committed = False
        try:
            for table, rows in landed.items():
                if rows:
                    columns = list(self.contract[table]["columns"])
                    places = ", ".join("?" for _ in columns)
                    self.connection.executemany(
                        f"insert into landing.{table} values ({places})",
                        [[row.get(column) for column in columns] for row in rows],
                    )
            for node in self.models:
                if node["name"] not in REPORT:
                    self._build_or_name(node)
            if with_report:
                # Great Expectations reads through a connection of its own.
                self.connection.execute("commit")
                is_committed = True
                for node in self.models:
                    if node["name"] in REPORT:
                        self._build_or_name(node)
            yield
        finally:
            try:
                if is_committed:
                    self._delete_rows()
                else:
                    self.connection.execute("rollback")
            except duckdb.Error:
                # An internal error closes the database.
                self._connect()

    def _build_or_name(self, node: Node) -> None:
        try:
            self._build(node)
        except Exception as error:
            error.add_note(f"in {node['name']}")
            raise

    def _delete_rows(self) -> None:
        for node in self.models:
            self.connection.execute(f"delete from {node['relation_name']}")
        for table in self.contract:
            self.connection.execute(f"delete from landing.{table}")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.connection.execute(query).fetchall()

    def failures(self, landed: Rows) -> dict[str, list[tuple[Any, ...]]]:
        """The first rows that data tests and the rules of staging find, by their names."""
        rules = self._rules_of_customers()
        for table, source in self.contract.items():
            rules |= self._staging_rules(table, source, len(landed[table]))
        found = {rule: rows[:3] for rule, query in rules.items() if (rows := self.rows(query))}
        for name in self.tests:
            rows = self.connection.execute(f'execute "{name}"').fetchmany(3)
            if rows:
                found[name] = rows
        return found

    def problems_of_report(self) -> dict[str, list[str]]:
        """Lines of gates and reports of the landing that is built that people do not understand."""
        messages = []
        checks: set[tuple[Any, ...]] = set()
        for gate in GATES:
            rows = self.rows(
                "select gate, table_name, column_name, expectation, severity, message, passed"
                f" from {self.relation(gate)}"
            )
            messages += [message for *_, message, passed in rows if not passed]
            if len(checks | {row[:5] for row in rows}) < len(checks) + len(rows):
                messages.append(f"Error: {gate} has two rows for a check")
            checks |= {row[:5] for row in rows}
        text = [*messages, *self._printed().splitlines()]
        # Words of a landing are in quotes.
        found = [
            line
            for line in text
            if re.search('Error|Exception|could not run|(?<!"){(found|rows|of|share)}', line)
        ]
        return {"gates and reports are sentences": found} if found else {}

    def _printed(self) -> str:
        """The output of make check and make report."""
        console = Console(width=100, record=True, file=StringIO())
        for name, model in PUBLISHED.items():
            self.connection.execute(
                f"create or replace temp view {name} as from {self.relation(model)}"
            )
        self._write_page()
        self.connection.execute("set search_path = 'segments_quality,segments_marts'")
        print_landing(self.connection, console)
        print_run(self.connection, console)
        return console.export_text()

    def _write_page(self) -> None:
        """Writes the report with charts; tables that are not built have no rows."""
        relations = {}
        for name, model in (TABLES | PUBLISHED).items():
            if model in LEFT_OUT:
                [node] = [node for node in self._nodes.values() if node["name"] == model]
                columns = ", ".join(
                    f"cast(null as {column['data_type']}) as {column['name']}"
                    for column in node["columns"].values()
                )
                relations[name] = self.connection.sql(f"select {columns} limit 0")
            else:
                relations[name] = self.connection.sql(f"from {self.relation(model)}")
        described = "select '' as table_name, '' as kind, '' as columns, '' as description"
        with tempfile.TemporaryDirectory() as folder:
            report = Report(few=10, window_days=365)
            write_report(report, relations, self.connection.sql(described), Path(folder))

    def _rules_of_customers(self) -> dict[str, str]:
        """Queries for customers, orders and segments that break a rule."""
        return {
            "a segmentation has one primary segment and a weight of 1 per customer": f"""
                select customer_id, segmentation, count(*) filter (is_primary), sum(weight)
                from {self.relation("int_customers")} as customers
                left join {self.relation("customer_segments")} as segments using (customer_id)
                group by customer_id, segmentation
                having
                    count(*) filter (is_primary) <> 1
                    or not coalesce(abs(sum(weight) - 1) < 1e-6, false)
                    or count(*) <> count(distinct segment)
            """,
            "every segmentation has all customers": f"""
                select segmentation, count(distinct customer_id)
                from {self.relation("customer_segments")}
                group by segmentation
                having count(distinct customer_id)
                    <> (select count(*) from {self.relation("int_customers")})
            """,
            "the net amount is gross - discounts - refunds": f"""
                select order_id, gross_amount, discount_amount, refund_amount, net_amount
                from {self.relation("int_orders")}
                where
                    gross_amount < 0
                    or abs(gross_amount - discount_amount - refund_amount - net_amount) > 0.02
            """,
            "purchases have an amount": f"""
                select order_id, net_amount from {self.relation("int_orders")}
                where is_purchase and not net_amount > 0
            """,
        }

    def _staging_rules(self, table: str, source: Node, landed: int) -> dict[str, str]:
        """Queries for rows that break a rule of staging; data tests know the keys."""
        meta = source["config"]["meta"]
        staged = self.relation(f"stg_{meta['domain']}__{table}")
        bounds = ["false"]
        for column in source["columns"].values():
            of_column = column["config"]["meta"]
            name = column["name"]
            if "minimum" in of_column:
                bounds.append(f"{name} < {of_column['minimum']}")
            if "maximum" in of_column:
                bounds.append(f"{name} > {of_column['maximum']}")
            if "earliest" in of_column:
                bounds.append(f"{name} < date '{of_column['earliest']}'")
            if column["data_type"] == "double":
                bounds.append(f"not isfinite({name})")
        return {
            f"{table}: every landed row has one state": f"""
                select count(*), {landed} from {staged}
                having
                    count(*) <> {landed}
                    or count(*) filter (
                        excluded_as not in (
                            'erased', 'quarantined', 'later', 'duplicate', 'superseded'
                        )
                    ) > 0
            """,
            f"{table}: only quarantined rows have a reason": f"""
                select excluded_as, quarantine_reason from {staged}
                where (excluded_as is not distinct from 'quarantined')
                    <> (quarantine_reason is not null)
            """,
            f"{table}: accepted values are in the contract's bounds": f"""
                select * from {staged} where excluded_as is null and ({" or ".join(bounds)})
            """,
        }


def _type(kind: Any) -> str:
    """The name of a type of arrow in DuckDB."""
    return _TYPES.get(str(kind), str(kind)).replace("decimal128", "decimal")


@dataclass
class _DbtOfModel:
    """The parts of dbt that Python models use."""

    pipeline: Pipeline
    node: Node

    def ref(self, name: str) -> Any:
        return self.pipeline.connection.table(self.pipeline.relation(name))

    def source(self, source: str, name: str) -> Any:
        return self.pipeline.connection.table(self.pipeline.relation(name, source))

    @property
    def config(self) -> "_DbtOfModel":
        return self

    def __call__(self, **_: Any) -> None:
        """A call of config in a model."""

    def meta_get(self, name: str) -> Any:
        # No page of a gate.
        return "" if name == "data_docs_path" else self.node["config"]["meta"][name]

    @property
    def is_incremental(self) -> bool:
        return False

    @property
    def identifier(self) -> str:
        identifier: str = self.node["name"]
        return identifier

    @property
    def this(self) -> "_DbtOfModel":
        return self

    @property
    def schema(self) -> str:
        schema: str = self.node["schema"]
        return schema


def _model_function(file: Path) -> Callable[[Any, Any], Any]:
    specification = importlib.util.spec_from_file_location(file.stem, file)
    assert specification and specification.loader
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    function: Callable[[Any, Any], Any] = module.model
    return function


@dataclass(frozen=True)
class Oddity:
    """A value for a column of some rows: of one row (0), of every third (1) or of all (2)."""

    table: str
    column: str
    value: str | None
    spread: int
    first: int


@dataclass(frozen=True)
class Landing:
    """Rows of the sample with odd values."""

    customers: int
    seed: int
    missing: frozenset[str]
    habits: list[str]
    oddities: list[Oddity]


TEXTS = [
    *("", " ", "\t", "null", "NULL", "None", "n/a", "undefined", "0", "-", "?", "unknown", "\\N"),
    *("'", "''; drop table orders; --", '"', "`", "%s", "{{ 1 / 0 }}", "$1", "\\", "|", "||", "//"),
    *("\u202e\u202dabc", "\u200b", "\ufeffabc", "Île", "中文", "😀", "e\u0301", "İ", "ẞ", "ﬁ"),
    *("a\nb", "a\r\nb", "\u0085", "\u2028", "\x00".replace("\x00", "\x01"), "x" * 5_000, "9" * 400),
    *("true", "1", "1.0", "12346.0", "4.36E+11", "00000000-0000-0000-0000-000000000000", "#N/A"),
    *("C000001", "C000002", "O0", "P1", "michael.maier0@example.net", "@", "a@b@c", "a@b", "+43"),
    *("+", "+4310000000", "0043 1 0000000", "http://", "https://[::1]/?q=%", "1.2.3.4", "::1"),
    *("999.1.1.1", "Wien", "WIEN", "AT", "Austria", "Österreich", "USA", "xx", "EUR", "eur", "€"),
    *(
        "[/b]",
        "[red]",
        "{found}",
        "{}",
        "bezahlt",
        "annulé",
        "キャンセル",
        "verheiratet",
        "cancelled",
        "refunded",
        "granted",
    ),
    *("withdrawn", "revoked", "marketing", "profiling", "analytics", "email", "page_view"),
    *("purchase", "add_to_cart", "checkout", "NACE", "SIC", "01.13", "Europe/Vienna", "Mars/Sea"),
]
NUMBERS = [
    *("NaN", "nan", "inf", "-inf", "Infinity", "1e308", "-1e308", "1e-308", "1e400", "0", "-0"),
    *("0.0", "-1", "0.001", "0.005", "0.01", "1.005", "1e5", "1E-7", "5e-324", "1_000", "1,5"),
    *("1.234,56", "€ 5", "5%", "0x10", "٣", "1 000", "+1", "1.", ".5", ".", "--1", "1e", "12.7"),
    *("2147483647", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808"),
    *("999999999999.99", "9999999999", "10000000000", "10000000001", "-10000000000"),
    *("9999999999999999.99", "99999999999999999", "1" + "0" * 37, "9" * 38, "9" * 39, "1" * 400),
    *("1000000", "1000001", "-1000000", "999999", "1000000000", "30", "31", "100", "101", "120"),
    *("0.00000001", "0.000000001", "4006381333931", "100000000", "1e15"),
]
TIMES = [
    *("0001-01-01", "0001-01-01 00:00:00", "0000-00-00 00:00:00", "9999-12-31", "1899-12-30"),
    *("9999-12-31 23:59:59.999999", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"),
    *("1970-01-01 00:00:00", "1979-12-31", "1980-01-01", "1989-12-31 23:59:59", "1990-01-01"),
    *("1900-01-01", "1716000000", "1716000000000", "45000", "45000.5", "infinity", "-infinity"),
    *(
        "epoch",
        "now",
        "today",
        "2025-02-29",
        "2024-02-29",
        "2025-02-30",
        "2025-13-01",
        "10/06/2024",
    ),
    *("2025-03-01 10:00:00 America/New_York", "2025-03-01 10:00:00 CET", "2025-03-01T10:00:00Z"),
    *("2024-06-10 09:00:00 -0400", "2024-06-10 09:00:00+05:45", "2024-06-10T24:00:00"),
    *("2024-06-10T23:59:60", "2024-06-10 9:00", "2024-06-10T09", "2024-06", "2024", "2024-W24"),
    *("2024-06-10 09:00:00.1234567891", "20240610", "2100-01-01", "2025-06-30 23:59:59.999999"),
    *(
        "2025-07-01",
        "2262-04-12",
        "290000-01-01",
        "-0044-03-15",
        "2024-06-10 BC",
        "\uff11\uff19\uff19\uff10-01-01",
    ),
]

# Changes of whole tables.
HABITS: dict[str, Callable[[Rows, random.Random], None]] = {}


def _habit(change: Callable[[Rows, random.Random], None]) -> None:
    HABITS[change.__name__.strip("_").replace("_", " ")] = change


@_habit
def _no_purchase(rows: Rows, _: random.Random) -> None:
    for row in rows["orders"]:
        row["status"] = "cancelled"


@_habit
def _test_orders(rows: Rows, _: random.Random) -> None:
    for row in rows["orders"]:
        row["is_test"] = "true"


@_habit
def _amounts_of_lines(rows: Rows, _: random.Random) -> None:
    for row in rows["orders"]:
        row["gross_amount"] = row["discount_amount"] = None


@_habit
def _exchanged_lines(rows: Rows, chance: random.Random) -> None:
    """Lines that give back a part of what another line of the order costs."""
    for row in [row for row in rows["order_lines"] if chance.random() < 0.5]:
        returned = {**row, "order_line_id": f"{row['order_line_id']} returned"}
        column = chance.choice(["quantity", "unit_price"])
        returned |= {column: f"-{row[column] or 1}", "discount_amount": "0"}
        row["quantity"] = "3"
        rows["order_lines"].append(returned)
    for row in rows["orders"]:
        row["gross_amount"] = row["discount_amount"] = None


@_habit
def _equal_rows(rows: Rows, chance: random.Random) -> None:
    for found in rows.values():
        found += [dict(row) for row in found if chance.random() < 0.2]


@_habit
def _contradictions(rows: Rows, chance: random.Random) -> None:
    for found in rows.values():
        for row in [row for row in found if chance.random() < 0.1]:
            other, column = dict(row), chance.choice(list(row))
            other[column] = chance.choice(found)[column]
            found.append(other)


@_habit
def _later_versions(rows: Rows, chance: random.Random) -> None:
    for table in ("customers", "orders", "accounts", "leads"):
        for row in [row for row in rows[table] if chance.random() < 0.3]:
            other, column = dict(row), chance.choice(list(row))
            other["updated_at"] = "2025-05-01 10:00:00"
            other[column] = chance.choice(rows[table])[column]
            rows[table].append(other)


@_habit
def _orphans(rows: Rows, chance: random.Random) -> None:
    for table in ("customers", "orders", "products", "accounts"):
        rows[table] = [row for row in rows[table] if chance.random() < 0.5]


@_habit
def _cycle_of_parents(rows: Rows, _: random.Random) -> None:
    accounts = rows["accounts"]
    for row, parent in zip(accounts, accounts[1:] + accounts[:1], strict=True):
        row["parent_account_id"] = parent["account_id"]


@_habit
def _merged_contacts(rows: Rows, chance: random.Random) -> None:
    ids = [row["contact_id"] or "" for row in rows["customers"]]
    for row in rows["customers"]:
        row["merged_contact_ids"] = "|".join(chance.choices(ids, k=2))


@_habit
def _one_for_all(rows: Rows, chance: random.Random) -> None:
    """Everybody has the same address, telephone number or device."""
    column = chance.choice(["email", "phone", "visitor_id"])
    for found in rows.values():
        for row in found:
            if column in row:
                row[column] = "same@example.com" if column == "email" else "+43 1 2345678"


@_habit
def _everybody_erased(rows: Rows, _: random.Random) -> None:
    rows["erasure_requests"] += [
        {
            "erasure_request_id": f"E{number}",
            "requested_at": "2025-01-01 00:00:00",
            "contact_id": row["contact_id"],
            "email": row["email"],
        }
        for number, row in enumerate(rows["customers"])
    ]


@_habit
def _shops(rows: Rows, chance: random.Random) -> None:
    for found in rows.values():
        for row in found:
            row["source_shop"] = chance.choice(["a", "b", None])


@_habit
def _floats(rows: Rows, _: random.Random) -> None:
    for found in rows.values():
        for row in found:
            for column, value in row.items():
                if value and value.isdigit():
                    row[column] = f"{value}.0"


@_habit
def _blank_cells(rows: Rows, chance: random.Random) -> None:
    for found in rows.values():
        for row in found:
            for column in row:
                if chance.random() < 0.1:
                    row[column] = None


@_habit
def _shuffled_cells(rows: Rows, chance: random.Random) -> None:
    """Values in columns of other values."""
    for found in rows.values():
        for row in found:
            if chance.random() < 0.1:
                values = list(row.values())
                chance.shuffle(values)
                row.update(zip(row, values, strict=True))


@_habit
def _years_apart(rows: Rows, chance: random.Random) -> None:
    for row in rows["orders"]:
        row["ordered_at"] = f"{chance.randrange(1990, 2026)}-01-01 00:00:00"
        row["updated_at"] = None


@cache
def _sample() -> dict[str, list[dict[str, str]]]:
    return {
        file.stem.removeprefix("sample_"): sample_rows(file.stem.removeprefix("sample_"))
        for file in sorted(SAMPLE.glob("sample_*.csv"))
    }


@cache
def _sample_by(table: str, column: str) -> dict[str, list[dict[str, str]]]:
    rows = defaultdict(list)
    for row in _sample()[table]:
        rows[row[column]].append(row)
    return rows


def rows_of(landing: Landing, contract: Mapping[str, Node], number: int = 0) -> Rows:
    """The rows of all landing tables, with ids of their own for each ``number``."""
    chance = random.Random(landing.seed)
    chosen = chance.sample(_sample()["customers"], landing.customers)
    visitors = chance.sample(sorted(_sample_by("events", "visitor_id")), landing.customers // 4)
    found: dict[str, list[dict[str, str]]] = {table: [] for table in contract}
    found["customers"] = chosen
    for customer in chosen:
        for table in contract:
            if table != "customers" and "contact_id" in _sample()[table][0]:
                found[table] += _sample_by(table, "contact_id")[customer["contact_id"]][:10]
    for visitor in visitors:
        found["events"] += _sample_by("events", "visitor_id")[visitor][:10]
        found["orders"] += _sample_by("orders", "visitor_id")[visitor][:3]
    for order in found["orders"]:
        for table in ("order_lines", "refunds"):
            found[table] += _sample_by(table, "order_id")[order["order_id"]]
    found["leads"] = chance.sample(_sample()["leads"], min(landing.customers, 20))
    found["accounts"] = _sample()["accounts"][: landing.customers]
    bought = {row["product_id"] for row in found["order_lines"]}
    found["products"] = [row for row in _sample()["products"] if row["product_id"] in bought]
    found["exchange_rates"] = _sample()["exchange_rates"]
    rows: Rows = {}
    for table, source in contract.items():
        blank: Row = dict.fromkeys(source["columns"])
        key = source["config"]["meta"]["key"]
        once = {row[key]: row for row in found[table]}
        rows[table] = [
            blank | {name: _of_landing(name, value, number) for name, value in row.items()}
            for row in once.values()
        ]
    for habit in landing.habits:
        HABITS[habit](rows, chance)
    for oddity in landing.oddities:
        of_table = rows[oddity.table]
        step = (len(of_table) or 1, 3, 1)[oddity.spread]
        for row in of_table[oddity.first % (len(of_table) or 1) :: step]:
            row[oddity.column] = oddity.value
    for table in landing.missing:
        rows[table] = []
    return rows


def _of_landing(column: str, value: str, number: int) -> str | None:
    # All landings of a batch share the rates.
    is_own = column == "email" or (column.endswith("_id") and column != "rate_id")
    if value and number and is_own:
        return f"L{number}{value}"
    return value or None


def rows_of_all(landings: list[Landing], contract: Mapping[str, Node]) -> Rows:
    """The rows of several landings in one."""
    together: Rows = {table: [] for table in contract}
    for number, landing in enumerate(landings):
        for table, rows in rows_of(landing, contract, number).items():
            together[table] += rows
    return together


def simpler(landing: Landing) -> Iterator[Landing]:
    """Landings with less than ``landing``."""
    for customers in {1, landing.customers // 2, landing.customers - 1} - {landing.customers, 0}:
        yield replace(landing, customers=customers)
    for part in ("oddities", "habits"):
        items = getattr(landing, part)
        size = max(len(items) // 2, 1)
        while items:
            for start in range(0, len(items), size):
                yield replace(landing, **{part: items[:start] + items[start + size :]})
            if size == 1:
                break
            size //= 2
    for table in landing.missing:
        yield replace(landing, missing=landing.missing - {table})


def landings(contract: Mapping[str, Node]) -> st.SearchStrategy[Landing]:
    """Landings of 1 to 60 customers with odd values in up to 40 places."""
    text = st.sampled_from(TEXTS) | st.text(max_size=12).map(lambda value: value.replace("\0", ""))
    values = {"number": st.sampled_from(NUMBERS), "time": st.sampled_from(TIMES), "text": text}
    columns = [
        (table, column["name"], _kind(column["data_type"]))
        for table, source in contract.items()
        for column in source["columns"].values()
    ]
    oddity = st.sampled_from(columns).flatmap(
        lambda column: st.builds(
            Oddity,
            table=st.just(column[0]),
            column=st.just(column[1]),
            # Now and then a value of another type.
            value=st.none() | values[column[2]] | values[column[2]] | st.one_of(*values.values()),
            spread=st.sampled_from([0, 0, 0, 0, 1, 1, 2]),
            first=st.integers(0, 50),
        )
    )

    return st.builds(
        Landing,
        customers=st.integers(1, 3) | st.integers(1, 8) | st.integers(1, 60),
        seed=st.integers(0, 10_000),
        missing=st.frozensets(st.sampled_from(sorted(contract)), max_size=4),
        habits=st.lists(st.sampled_from(sorted(HABITS)), max_size=3, unique=True),
        oddities=st.integers(0, 20).flatmap(
            lambda size: st.lists(oddity, min_size=size, max_size=2 * size)
        ),
    )


def _kind(data_type: str) -> str:
    if data_type in ("date", "timestamp"):
        return "time"
    return "text" if data_type in ("string", "boolean") else "number"
