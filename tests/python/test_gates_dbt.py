"""Gates in dbt builds of a project of three models: failures, kept tables and results."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner, dbtRunnerResult
from gates_data import PROJECT

pytestmark = pytest.mark.end_to_end

FILES = {
    "dbt_project.yml": """
name: small
profile: small
flags: {send_anonymous_usage_stats: false}
vars: {data_docs_path: docs}
""",
    "profiles.yml": """
small:
  target: dev
  outputs: {dev: {type: duckdb, path: "{{ env_var('SMALL_DATABASE') }}", schema: main}}
""",
    "models/people.sql": """
select
    row as person_id,
    case when row >= {{ var('nameless') }} then 'name' end as name,
    case when row >= {{ var('ageless') }} then 1 end as age
from range(10) rows (row)
""",
    "models/gate_people.py": """
import great_expectations.expectations as gxe
from customer_segmentation.gates.dbt_gates import run_dbt_gate
from customer_segmentation.gates.runner import Suite

def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="append")
    expectations = (
        gxe.ExpectColumnValuesToNotBeNull(column="name", description="everybody has a name"),
        gxe.ExpectColumnValuesToNotBeNull(column="age", severity="warning", description="has age"),
    )
    suites = [Suite("people", ("person_id",), expectations)]
    if str(dbt.config.meta_get("is_silent")) == "True":
        suites = []
    return run_dbt_gate(dbt, session, suites, {"people": dbt.ref("people")}, docs_path="docs")
""",
    "models/published.sql": """
-- depends_on: {{ ref('gate_people') }}
{{ config(materialized='table') }}
select count(name) as names from {{ ref('people') }}
""",
    "models/models.yml": """
models:
  - name: gate_people
    config:
      meta: {is_silent: "{{ var('silent', false) }}"}
    data_tests:
      - gate_passed:
          name: no_critical_failure
          arguments: {severity_level: critical}
      - gate_passed:
          name: no_warning
          arguments: {severity_level: warning}
          config: {severity: warn}
""",
}

Run = Callable[..., tuple[dbtRunnerResult, str]]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    (tmp_path / "tests/generic").mkdir(parents=True)
    shutil.copy(PROJECT / "tests/generic/gate_passed.sql", tmp_path / "tests/generic")
    monkeypatch.setenv("SMALL_DATABASE", str(tmp_path / "small.duckdb"))
    for name in ("DBT_PROFILES_DIR", "DBT_TARGET_PATH", "DBT_LOG_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "small.duckdb"


@pytest.fixture
def dbt(database: Path, capfd: pytest.CaptureFixture[str]) -> Iterator[Run]:
    def run(command: str, **dbt_vars: Any) -> tuple[dbtRunnerResult, str]:
        given = str({"nameless": 0, "ageless": 0, **dbt_vars})
        capfd.readouterr()
        result = dbtRunner().invoke([command, "--vars", given, "--no-use-colors"])
        return result, capfd.readouterr().out

    yield run


def rows(database: Path, query: str) -> list[tuple[Any, ...]]:
    # Not read-only, because dbt has the file open in this process in the same mode.
    with duckdb.connect(database) as connection:
        return connection.execute(query).fetchall()


def statuses(result: dbtRunnerResult) -> dict[str, str]:
    return {node.node.name: str(node.status) for node in result.result}


def test_a_gate_stops_builds_and_keeps_results(database: Path, dbt: Run) -> None:
    # On a good day everything is built without messages.
    result, printed = dbt("build")
    assert result.success
    assert rows(database, "from published") == [(10,)]
    assert " in gate_people: " not in printed

    # A gate without results does not pass by an older run.
    result, printed = dbt("build", silent=True)
    assert statuses(result)["no_critical_failure"] == "fail"
    assert statuses(result)["published"] == "skipped"
    assert "critical in gate_people: the gate has no results of this run" in printed

    # Failures are printed and stored. Tables behind the gate are unchanged.
    result, printed = dbt("build", nameless=3, ageless=2)
    assert not result.success
    assert statuses(result)["no_critical_failure"] == "fail"
    assert statuses(result)["no_warning"] == "warn"
    assert statuses(result)["published"] == "skipped"
    run_id = rows(database, "select run_id from gate_people order by run_number desc limit 1")[0][0]
    page = Path("docs") / run_id / "gate_people.html"
    assert (
        "critical in gate_people: people.name: everybody has a name; 3 of 10 rows (30.0%) "
        f"break it. See {page}\n" in printed
    )
    assert (
        "warning in gate_people: people.age: has age; 2 of 10 rows (20.0%) break it. "
        f"See {page}\n" in printed
    )
    # Keys of rows are on the page and not in the log.
    assert "For example 0, 1, 2." in page.read_text(encoding="utf-8")
    assert "For example" not in printed + Path("logs/dbt.log").read_text(encoding="utf-8")
    assert rows(database, "from published") == [(10,)]
    assert rows(
        database,
        "select run_number, count(distinct run_id), count(*), count(*) filter (not passed) "
        "from gate_people group by run_number order by run_number",
    ) == [(1, 1, 2, 0), (2, 1, 2, 2)]

    # dbt test reads the newest run.
    result, _ = dbt("test", nameless=3, ageless=2)
    assert statuses(result) == {"no_critical_failure": "fail", "no_warning": "warn"}

    # A page per run.
    pages = {page.parent.name for page in (database.parent / "docs").glob("*/gate_people.html")}
    assert {
        run_id for (run_id,) in rows(database, "select distinct run_id from gate_people")
    } <= pages
    assert len(pages) == 3


def test_a_warning_stops_nothing(database: Path, dbt: Run) -> None:
    result, printed = dbt("build", ageless=2)
    assert result.success
    assert re.search(r"break it[.] See docs/\S+/gate_people[.]html\n", printed)
    assert rows(database, "from published") == [(10,)]
