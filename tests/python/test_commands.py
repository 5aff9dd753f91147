"""Commands find the file that dbt publishes."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml  # type: ignore[import-untyped]
from project import REPOSITORY, Project

from customer_segmentation.__main__ import published_file
from customer_segmentation.report import open_in_browser

DEFAULT = Path("published/customer_segments.duckdb")


def test_vars_come_before_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SEGMENTS_PUBLISHED", raising=False)
    assert published_file(None, "{}") == DEFAULT
    monkeypatch.setenv("SEGMENTS_PUBLISHED", "environment.duckdb")
    assert published_file(None, "{}") == Path("environment.duckdb")
    settings = tmp_path / "dbt_project.yml"
    settings.write_text("vars: {publish_path: ''}", encoding="utf-8")
    assert published_file(None, "{}") == Path("environment.duckdb")
    settings.write_text("vars: {publish_path: project.duckdb}", encoding="utf-8")
    assert published_file(None, "{rfm_window_days: 400, }") == Path("project.duckdb")
    assert published_file(None, "{publish_path: run.duckdb}") == Path("run.duckdb")
    assert published_file(Path("named.duckdb"), "{publish_path: run.duckdb}").stem == "named"


@pytest.mark.parametrize("target", ["build", "report", "rollback"])
def test_make_reads_what_its_vars_publish(target: str) -> None:
    variables = """publish_path: "it's here.duckdb", rfm_window_days: 400"""
    command = ["make", "--dry-run", "--no-print-directory", target, "LANDING=files"]
    command.append(f"VARS={variables}")
    printed = subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True, text=True)
    words = shlex.split(printed.stdout.splitlines()[-1])
    name, option, given = [word for word in words if word != "--open"][-3:]
    assert ("--open" in words) == (target == "report")
    assert (name, option) == ("rollback" if target == "rollback" else "report", "--vars")
    assert published_file(None, given) == Path("it's here.duckdb")


@pytest.mark.parametrize(
    ("is_terminal", "display", "opened"),
    [(True, ":0", True), (True, "", False), (False, ":0", False)],
)
def test_a_browser_opens_the_report_from_a_terminal_with_a_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_terminal: bool, display: str, opened: bool
) -> None:
    page = tmp_path / "report" / "index.html"
    page.parent.mkdir()
    page.touch()
    addresses: list[str] = []
    monkeypatch.setattr("webbrowser.open", addresses.append)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("sys.stdout", SimpleNamespace(isatty=lambda: is_terminal))
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    open_in_browser(page)
    assert addresses == [page.as_uri()] * opened


def test_the_workflow_calls_targets_of_make() -> None:
    workflow = yaml.safe_load((REPOSITORY / ".github/workflows/ci.yml").read_text())
    job = workflow["jobs"]["test"]
    assert job["steps"][-1] == {"run": "make ${{ matrix.target }}"}
    targets = job["strategy"]["matrix"]["target"]
    command = ["make", "--dry-run", *targets]
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)


def test_hooks_run_the_tools_of_make_lint() -> None:
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-config.yaml").read_text())
    makefile = (REPOSITORY / "Makefile").read_text()
    for hook in hooks["repos"][0]["hooks"]:
        tool, *arguments = hook["entry"].split()
        words = [word for word in arguments if not word.startswith("-")]
        assert f"{' '.join([tool.replace('.venv/bin', '$(BIN)'), *words])}" in makefile


@pytest.mark.end_to_end
def test_changed_models_and_tests_alone_are_run(built: Project, tmp_path: Path) -> None:
    project = built.copy(tmp_path / "project")
    needed = (REPOSITORY / "Makefile", REPOSITORY / "pyproject.toml", *REPOSITORY.glob("*.txt"))
    for file in needed:
        shutil.copy2(file, project.root)  # older than the installed environment
    before = project.root / "target" / "changed"
    before.mkdir()
    shutil.copy(project.root / "target" / "manifest.json", before)
    for command in ("init", "add .", "-c user.name=x -c user.email=x commit -m all"):
        subprocess.run(["git", *command.split()], cwd=project.root, check=True, capture_output=True)
    model = project.root / "models/marts/history/agg_segment_stability.sql"
    model.write_text(model.read_text("utf-8") + "where true\n", "utf-8")
    test = project.root / "tests/python/test_new.py"
    test.parent.mkdir()
    test.write_text("def test_new() -> None:\n    pass\n", "utf-8")
    run = subprocess.run(
        ["make", "test-changed", f"VENV={sys.prefix}"],
        cwd=project.root,
        env=project.environment,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr
    assert re.findall(r"OK created .* segments_marts\.(\w+)", run.stdout) == [
        "agg_segment_stability"
    ]
    assert "PASS claims_agg_segment_stability" in run.stdout
    assert "1 passed" in run.stdout
