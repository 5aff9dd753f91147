"""Commands find the file that dbt publishes."""

import shlex
import subprocess
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]
from project import REPOSITORY

from customer_segmentation.__main__ import published_file

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
    name, option, given = shlex.split(printed.stdout.splitlines()[-1])[-3:]
    assert (name, option) == ("rollback" if target == "rollback" else "report", "--vars")
    assert published_file(None, given) == Path("it's here.duckdb")


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
