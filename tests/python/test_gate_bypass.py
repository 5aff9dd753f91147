"""No command publishes without its gates or publishes tables of two runs."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from project import FILES, LEAN, SEEDED, Project, Rows

pytestmark = pytest.mark.end_to_end

GATES = ("gate_crm", "gate_shop", "gate_web", "gate_service", "gate_publish")

# A required column of each table.
REQUIRED = {
    "customers": "contact_id",
    "orders": "ordered_at",
    "events": "occurred_at",
    "service_contacts": "opened_at",
}


def broken(*tables: str) -> Callable[[str, Rows], Rows]:
    def change(table: str, rows: Rows) -> Rows:
        if table not in tables:
            return rows
        # Some rows stay valid, so that the build has a day.
        return [{**row, REQUIRED[table]: ""} if turn % 4 else row for turn, row in enumerate(rows)]

    return change


def yesterday(built: Project, parsed: Project, root: Path, *tables: str) -> Project:
    """A project that published the sample yesterday and has broken ``tables`` today."""
    project = parsed.copy(root)
    project.forget_builds()
    project.land_files(broken(*tables))
    shutil.copy(built.warehouse, project.warehouse)
    shutil.copytree(built.published.parent, project.published.parent, symlinks=True)
    return project


def published(project: Project) -> dict[str, bytes]:
    folder = project.published.parent
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def refused(
    built: Project, parsed_for_files: Project, tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """A project of which the gates stopped today's build."""
    root = tmp_path_factory.mktemp("refused") / "project"
    project = yesterday(built, parsed_for_files, root, *REQUIRED)
    before = published(project)
    output = project.refused("build", *SEEDED, variables=FILES)
    assert published(project) == before
    project.printed.write_text(output, encoding="utf-8")
    return project


def test_the_console_names_the_page_without_rows(refused: Project) -> None:
    printed = refused.printed.read_text(encoding="utf-8")
    pages = re.findall(r"critical in (gate_\w+): .* See (\S+)", printed)
    assert {gate for gate, _ in pages} == {"gate_crm", "gate_shop", "gate_web", "gate_service"}
    for gate, page in pages:
        assert f"<title>{gate}: stopped by" in (refused.root / page).read_text(encoding="utf-8")
    # Keys of rows are only on the page, which can be erased.
    assert "For example" not in printed


@pytest.mark.parametrize(
    ("command", "left_out"),
    [
        (("build", "--select", "publication"), "gate_crm"),
        (("run", "--select", *GATES, "publication"), "gate_results"),
        (("build", "--select", *GATES, "publication"), "gate_results"),
        (("build", "--exclude", "gate_crm"), "gate_crm"),
        (("build", "--exclude", "dim_customers"), "dim_customers"),
    ],
)
def test_no_part_is_published(refused: Project, command: tuple[str, ...], left_out: str) -> None:
    before = published(refused)
    output = refused.refused(*LEAN, *command, variables=FILES)
    assert "this run would publish a mixture of two runs, because it leaves out" in output
    assert left_out in output
    assert "run 'dbt build' instead of a selection or dbt retry" in output
    assert published(refused) == before


def test_a_retry_asks_for_a_build(refused: Project) -> None:
    before = published(refused)
    output = refused.refused("--log-level-file", "none", "retry", variables=FILES)
    for gate in ("gate_crm", "gate_shop", "gate_web", "gate_service"):
        sentence = f"critical in {gate}: the gate has no results of this run: run dbt build"
        assert sentence in output
    assert published(refused) == before


@pytest.mark.parametrize(
    ("selection", "refusal"),
    [
        (("service_publication",), "leaves out gate_web"),
        (("gate_web", "service_publication"), "leaves out card_keys, int_current_visits"),
        (("dim_customers", "+service_publication", "--exclude", "publication"), "does not publish"),
        (("*", "--exclude", "publication"), "does not publish"),
    ],
)
def test_cards_need_their_run(built: Project, selection: tuple[str, ...], refusal: str) -> None:
    before = published(built)
    output = built.refused(*LEAN, "run", "--select", *selection)
    assert f"because it {refusal}" in output
    assert "run 'dbt build --selector service_hourly' instead" in output
    assert published(built) == before


@pytest.mark.parametrize("command", ["run", "build"])
def test_publication_asks_each_gate(refused: Project, tmp_path: Path, command: str) -> None:
    """The second check: without the check of the selection, and without tests."""
    project = refused.copy(tmp_path / "project")
    project.let_parts_be_selected()
    before = published(project)
    selection = ("--select", "gate_service", "publication", "--exclude", "resource_type:test")
    output = project.refused(*LEAN, command, *selection, variables=FILES)
    page = r"target/data_docs/\S+/gate_service.html"
    assert re.search(rf"gate_service failed \(critical checks: \d+, see {page}\)", output)
    for gate in set(GATES) - {"gate_service"}:
        assert f"{gate} has no results of this run" in output
    assert "run 'dbt build'" in output
    assert published(project) == before


def test_tables_of_another_run_are_not_published(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path / "project")
    project.let_parts_be_selected()
    before = published(project)
    output = project.refused(*LEAN, "run", "--select", *GATES, "publication")
    assert "nothing is published, because another run built the tables" in output
    output = project.refused(*LEAN, "run", "--select", "service_publication")
    assert "nothing is published, because gate_web has no results of this run" in output
    assert published(project) == before


def test_runs_stop_untested(built: Project, parsed_for_files: Project, tmp_path: Path) -> None:
    project = yesterday(built, parsed_for_files, tmp_path / "project", "service_contacts")
    before = published(project)
    output = project.refused(*LEAN, "run", variables=FILES)
    assert len(re.findall(r" ERROR creating ", output)) == 1
    assert "nothing is published, because gate_service failed (critical checks: " in output
    assert published(project) == before
