"""Airflow runs the example with Cosmos, in an environment of its own: make test-examples."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from example_project import Example

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    with pytest.MonkeyPatch.context() as environment:
        folder = tmp_path_factory.mktemp("example")
        example = Example.prepare(folder, environment)
        script = (HERE / "environment.sh").read_text(encoding="utf-8")
        for name, value in re.findall(r'^export (\w+)="?([^"\n]+)"?$', script, re.MULTILINE):
            environment.setenv(name, value.replace("$PWD", str(example.project.root)))
        airflow("db", "migrate")
        airflow("pools", "set", "build_database", "1", "one writer")
        yield example


@pytest.fixture(scope="module")
def published(example: Example) -> Example:
    example.land(spoiled=False)
    run = dag("segments_daily")
    assert run.returncode == 0, run.stdout[-4000:]
    return example


def airflow(*arguments: str) -> str:
    command = ["airflow", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def dag(name: str) -> subprocess.CompletedProcess[str]:
    command = ["airflow", "dags", "test", name]
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def test_the_sample_is_published(published: Example) -> None:
    assert published.customers > 1000


def test_the_hourly_dag_publishes_cards_and_nothing_else(published: Example) -> None:
    before = published.published.resolve()
    cards = published.published.with_name("service_cards.duckdb")
    cards_before = cards.resolve()
    run = dag("segments_hourly")
    assert run.returncode == 0, run.stdout[-4000:]
    assert cards.resolve() != cards_before
    assert published.published.resolve() == before


def test_a_failing_gate_fails_the_task_and_publishes_nothing(published: Example) -> None:
    before = published.published.read_bytes()
    published.land(spoiled=True)
    run = dag("segments_daily")
    assert run.returncode != 0
    assert "Failure in test gate_shop_has_no_critical_failure " in run.stdout
    assert "critical in gate_shop: orders: " in run.stdout
    assert "SKIP relation segments_intermediate.int_orders " in run.stdout
    assert "SKIP relation segments_publishing.publication " in run.stdout
    assert published.published.read_bytes() == before
