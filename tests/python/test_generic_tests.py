"""The generic tests of the project fail on dirty rows and pass on clean rows."""

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from project import REPOSITORY, Project

pytestmark = pytest.mark.end_to_end

THIS_RUN = "'{{ invocation_id }}'"
OTHER = {"a": ["ref('keys_of_one_column')", "a"]}


@dataclass(frozen=True)
class Case:
    """The rows of a model, a test and its expected number of failures."""

    name: str
    test: str
    columns: str
    rows: list[str]
    failures: int
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def model(self) -> str:
        """The SQL of the rows."""
        rows = ", ".join(f"({row})" for row in self.rows)
        return f"select * from (values {rows}) as given ({self.columns})"


def unique(name: str, rows: list[str], failures: int) -> Case:
    return claim(name, "a, b", rows, failures, unique=[["a", "b"]])


def key(name: str, rows: list[str], failures: int) -> Case:
    return claim(name, "a, b", rows, failures, primary_key=["a", "b"])


def claim(name: str, columns: str, rows: list[str], failures: int, **claims: Any) -> Case:
    return Case(name, "claims", columns, rows, failures, claims)


def ranges(name: str, rows: list[str], failures: int) -> Case:
    arguments = {"first": "begins", "below": "ends", "of": "kind"}
    return Case(name, "ranges_do_not_overlap", "kind, begins, ends", rows, failures, arguments)


def true(name: str, rows: list[str], failures: int) -> Case:
    return claim(name, "paid, owed", rows, failures, holds={"nobody pays more": "paid <= owed"})


def gate(name: str, rows: list[str], failures: int, severity: str = "critical") -> Case:
    columns = "run_id, run_number, severity, passed, message, examples"
    given = [f"{row}, 'order 17'" for row in rows]
    return Case(name, "gate_passed", columns, given, failures, {"severity_level": severity})


CASES = [
    unique("combinations_that_differ_in_one_column", ["1, 1", "1, 2", "2, 1"], 0),
    unique("combinations_that_repeat", ["1, 1", "1, 1", "2, 2", "2, 2", "2, 2", "3, 1"], 2),
    unique("combinations_that_repeat_with_a_null", ["1, null", "1, null", "null, 1"], 1),
    key("keys_that_differ_in_one_column", ["1, 1", "1, 2", "2, 1"], 0),
    key("keys_that_repeat", ["1, 1", "1, 1", "2, 2", "2, 2", "2, 2", "3, 1"], 2),
    key("keys_with_a_null", ["1, null", "null, 1", "2, 1"], 2),
    claim("keys_of_one_column", "a", ["1", "1", "null", "2"], 2, primary_key=["a"]),
    claim("columns_that_are_not_null", "a", ["1", "2"], 0, not_null=["a"]),
    claim("columns_that_are_null", "a", ["1", "null", "null"], 2, not_null=["a"]),
    claim("accepted_values", "a", ["1", "null"], 0, accepted_values={"a": [1, 2]}),
    claim("values_that_are_not_accepted", "a", ["'x'", "'y'"], 1, accepted_values={"a": ["x"]}),
    claim("references_that_are_there", "a", ["1", "null"], 0, references=OTHER),
    claim("references_that_are_not_there", "a", ["1", "3"], 1, references=OTHER),
    claim(
        "claims_that_are_all_broken",
        "a, b",
        ["1, 1", "1, null", "null, null"],
        10,
        primary_key=["a"],  # 2: a key that repeats, and one that is null
        unique=[["b"]],  # 1
        not_null=["a", "b"],  # 3
        accepted_values={"b": ["2"]},  # 1
        references={"b": ["ref('keys_that_repeat')", "b"]},  # 0
        holds={"it's right": "b > 1"},  # 3, of which 2 are null
    ),
    ranges("ranges_side_by_side_in_any_order", ["1, 16, 110", "1, 0, 13", "1, 13, 16"], 0),
    ranges("ranges_of_several_kinds", ["1, 0, 13", "2, 5, 7", "2, 7, null", "1, 13, null"], 0),
    ranges("ranges_that_share_a_number", ["1, 0, 14", "1, 13, 15"], 1),
    ranges("ranges_that_leave_a_number_out", ["1, 0, 12", "1, 13, 15"], 1),
    ranges("ranges_that_are_equal", ["1, 0, 12", "1, 0, 12"], 1),
    ranges("ranges_the_wrong_way_round", ["1, 12, 0"], 1),
    ranges("ranges_of_no_number", ["1, 12, 12"], 1),
    ranges("ranges_without_a_beginning", ["1, null, 12"], 1),
    ranges("ranges_without_an_end", ["1, 0, 12", "1, 12, null", "1, 14, 15"], 1),
    true("conditions_that_hold", ["1, 1", "1, 2"], 0),
    true("conditions_that_do_not_hold", ["1, 1", "2, 1", "3, 1"], 2),
    true("conditions_that_are_null", ["1, 1", "null, 1"], 1),
    gate("gates_that_passed", [f"{THIS_RUN}, 1, 'critical', true, 'fine'"], 0),
    gate("gates_that_failed", [f"{THIS_RUN}, 1, 'critical', false, 'first'"], 1),
    gate("gates_that_say_nothing", [f"{THIS_RUN}, 1, 'critical', null, 'null'"], 1),
    gate("gates_that_only_warn", [f"{THIS_RUN}, 1, 'warning', false, 'late'"], 0),
    gate("gates_that_warn", [f"{THIS_RUN}, 1, 'warning', false, 'late'"], 1, "warning"),
    gate("gates_without_results_of_this_run", ["'older', 1, 'critical', true, 'fine'"], 1),
    gate(
        "gates_that_passed_after_an_older_failure",
        ["'older', 1, 'critical', false, 'bad'", f"{THIS_RUN}, 2, 'critical', true, 'fine'"],
        0,
    ),
]


def tiny_project(root: Path) -> Project:
    """A dbt project with the generic tests of this one and a model per case."""
    shutil.copytree(REPOSITORY / "tests" / "generic", root / "tests" / "generic")
    shutil.copytree(REPOSITORY / "profiles", root / "profiles")
    (root / "macros").mkdir()
    shutil.copy(REPOSITORY / "macros/quality/print_broken_claims.sql", root / "macros")
    settings = {
        "name": "tiny",
        "profile": "customer_segmentation",
        "flags": {"send_anonymous_usage_stats": False},
        "on-run-end": ["{{ print_broken_claims() }}"],
    }
    (root / "dbt_project.yml").write_text(yaml.safe_dump(settings))
    (root / "models").mkdir()
    models = []
    for case in CASES:
        (root / "models" / f"{case.name}.sql").write_text(case.model)
        test = {case.test: {"name": f"{case.name}_test", "arguments": case.arguments}}
        models.append({"name": case.name, "data_tests": [test]})
    (root / "models" / "models.yml").write_text(yaml.safe_dump({"models": models}))
    return Project(root)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, int], str]:
    """The number of failures by the name of the case, and what dbt printed."""
    project = tiny_project(tmp_path_factory.mktemp("generic"))
    run = project.dbt("build")
    results = json.loads((project.root / "target" / "run_results.json").read_text())["results"]
    counts = {
        result["unique_id"].split(".")[2].removesuffix("_test"): result["failures"]
        for result in results
        if result["unique_id"].startswith("test.")
    }
    assert len(counts) == len(CASES), run.stdout
    return counts, run.stdout


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_generic_tests_find_the_expected_failures(
    case: Case, built: tuple[dict[str, int], str]
) -> None:
    assert built[0][case.name] == case.failures


def test_each_broken_claim_is_printed_with_its_number(built: tuple[dict[str, int], str]) -> None:
    printed = [line.split("  ", 1)[1] for line in built[1].splitlines() if ", broken " in line]
    assert [line for line in printed if line.startswith("claims_that_are_all_broken: ")] == [
        f"claims_that_are_all_broken: {claim} times"
        for claim in (
            "primary key a, broken 2",
            "unique b, broken 1",
            "a is not null, broken 1",
            "b is not null, broken 2",
            "b has an accepted value, broken 1",
            "it's right, broken 3",
        )
    ]
