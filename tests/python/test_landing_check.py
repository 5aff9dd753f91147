"""Output of `make check`: the columns, rows, words and gates of a landing."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from project import LEAN, REPOSITORY, Project
from rich.console import Console

from customer_segmentation.landing_check import _has_own_models, check_landing, print_landing
from customer_segmentation.report import _segment_table


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A build database with the tables that the check reads."""
    path = tmp_path / "check.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema shop_quality; use shop_quality;
            create table landing_row_counts as from (values
                ('orders', true, 1000, 900, 60), ('customers', false, 0, 0, 0)
            ) as t (table_name, is_supplied, rows_landed, rows_staged, rows_quarantined);
            create table quarantine_reasons as from (values
                ('orders', 'ordered_at is not a timestamp', '99/99/9999', 59),
                ('orders', 'order_id is missing', null, 1)
            ) as t (table_name, quarantine_reason, value_shapes, row_count);
            create table unknown_words as from (values
                ('orders.status', '"lost"', 'read as unknown', 7)
            ) as t (item, word, reading, row_count);
            create table landed_columns as from (values
                ('orders', 'order_id', 'found', null, 999),
                ('orders', 'email', 'found', null, 0),
                ('orders', 'amount', 'unknown', 'gross_amount', 1000),
                ('orders', 'gross_amount', 'missing', 'amount', 0),
                ('orders', 'source_shop', 'missing', null, 0),
                ('customer_list.csv', null, 'unknown', 'customers', 0)
            ) as t (table_name, column_name, state, nearest_name, rows_filled);
            """
        )
        for gate in ("gate_crm", "gate_service", "gate_shop", "gate_web"):
            connection.execute(f"create table {gate} (severity text, passed boolean, message text)")
    return path


def printed(database: Path, schema: str = "shop") -> tuple[bool, str]:
    console = Console(width=200)
    with console.capture() as capture, duckdb.connect(str(database), read_only=True) as connection:
        connection.execute(f"use {schema}_quality")
        passes = print_landing(connection, console)
    return passes, capture.get()


def test_the_check_says_what_a_landing_has(database: Path) -> None:
    passes, text = printed(database)

    assert passes
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    assert lines == [
        "Landing",
        "table rows usable rejected others filled empty missing",
        "orders 1,000 900 60 40 1 1 1",
        "Columns",
        "- orders: not read: amount (perhaps gross_amount)",
        "- orders: missing: gross_amount (perhaps amount)",
        "- orders: empty: email",
        "- customer_list.csv: not read: customer_list.csv (perhaps customers)",
        "Tables that are not supplied",
        "- customers",
        "Rejected rows",
        "- orders: ordered_at is not a timestamp, such as 99/99/9999 (59 rows)",
        "- orders: order_id is missing (1 row)",
        "Unknown words",
        '- orders.status: "lost", read as unknown (7 rows)',
        "The landing passes its gates: run make build.",
    ]


def test_signs_of_markup_are_printed() -> None:
    console = Console(width=60)
    with console.capture() as capture:
        console.print(_segment_table([("city", 1, "[/b] 1, [red] 2")]))
    assert "[/b] 1, [red] 2" in capture.get()


def test_a_gate_that_fails_fails_the_check(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("insert into shop_quality.gate_shop values ('critical', false, 'why.')")
        connection.execute("insert into shop_quality.gate_web values ('warning', false, 'odd.')")

    passes, text = printed(database)

    assert not passes
    assert "Warnings\n- odd." in text
    assert "The build would stop\n- why." in text
    assert "make build" not in text


@pytest.mark.end_to_end
def test_the_sample_passes_the_check(built: Project) -> None:
    passes, text = printed(built.warehouse, "segments")

    assert passes
    assert '- consents.status: "perhaps", read as withdrawn (12 rows)' in text
    landed = built.warehouse_rows("select count(*) from segments_sample.sample_orders")[0][0]
    assert [f"{landed:,}" in line for line in text.splitlines() if line.startswith(" orders ")] == [
        True
    ]


@pytest.mark.end_to_end
def test_the_check_builds_staging_and_its_gates_alone(parsed: Project) -> None:
    # Sources are listed too: the landing's, and the state that the gates compare with.
    listed = parsed.done(*LEAN, "--quiet", "ls", "--selector", "landing_check", "--output", "path")
    paths = {path for path in listed.split() if not path.endswith("__sources.yml")}
    models = {path for path in paths if path.startswith("models/")}
    assert {path.split("/")[1] for path in models} == {"staging"}
    for gate in ("crm", "service", "shop", "web"):
        assert f"models/staging/gates/gate_{gate}.py" in models
    assert paths - models == {path for path in paths if path.startswith("seeds/")}


@pytest.mark.end_to_end
def test_a_selection_runs_no_test_of_what_it_does_not_build(parsed: Project) -> None:
    keys = ("--output", "json", "--output-keys", "unique_id", "depends_on")
    listed = parsed.done(*LEAN, "--quiet", "ls", "--select", "+gate_shop", *keys)
    nodes = [json.loads(line) for line in listed.splitlines()]
    built = {node["unique_id"] for node in nodes}
    tests = [node for node in nodes if node["unique_id"].startswith("test.")]
    assert tests
    for test in tests:
        assert set(test["depends_on"]["nodes"]) <= built


def test_another_engine_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    with pytest.raises(
        ValueError, match="with DuckDB, and the target spark is spark: leave TARGET"
    ):
        check_landing("{}", "spark", Console())


@pytest.mark.parametrize(
    ("variables", "expected"), [("{}", False), ("{landing: refs}", True), ("[a, b]", False)]
)
def test_models_of_the_user_may_be_landed(
    monkeypatch: pytest.MonkeyPatch, variables: str, expected: bool
) -> None:
    monkeypatch.chdir(REPOSITORY)
    assert _has_own_models(variables) == expected


@pytest.mark.other_build
@pytest.mark.parametrize(
    ("orders", "message"),
    [
        # An export with a row per line of an order.
        ("o1,2024-06-01,c1,10\no1,2024-06-01,c1,20\n", "orders: 100.0% of rows are rejected"),
        ('o1,2024-06-01,c1,"10\n', "orders.csv cannot be read: a quote is not closed in line 2"),
    ],
)
def test_a_check_that_fails_leaves_no_data(
    parsed: Project, tmp_path: Path, orders: str, message: str
) -> None:
    project = parsed.copy(tmp_path / "project")
    # The check does not parse what reads the marts.
    own = project.root / "models" / "reports" / "own.sql"
    own.parent.mkdir()
    own.write_text("select * from {{ ref('dim_customers') }}", encoding="utf-8")
    project.landing.mkdir()
    header = "order_id,ordered_at,contact_id,gross_amount\n"
    (project.landing / "orders.csv").write_text(header + orders, encoding="utf-8")
    variables = json.dumps({"landing": "files", "landing_path": "landing"})
    command = [sys.executable, "-m", "customer_segmentation", "check", "--vars", variables]

    run = subprocess.run(
        command,
        cwd=project.root,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    assert run.returncode == 1
    assert message in " ".join(run.stdout.split())
    assert "Traceback" not in run.stdout
    assert not list((project.root / "target").rglob("*.duckdb*"))


def test_a_check_reads_the_state_of_the_file_that_a_build_publishes() -> None:
    # The check does not parse the models that publish, so the place of their file is written twice.
    default = "'SEGMENTS_PUBLISHED', 'published/customer_segments.duckdb'"
    place = f"var('publish_path') or env_var({default})"
    for file in ("macros/project/publishing_node.sql", "models/publishing/_publishing__models.yml"):
        text = (REPOSITORY / file).read_text(encoding="utf-8").replace('"', "'")
        assert place.replace(" ", "") in "".join(text.split()), file
