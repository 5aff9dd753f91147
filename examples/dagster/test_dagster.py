"""Dagster runs the example, in an environment of its own: make test-examples."""

import json
import os
import runpy
import subprocess
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from example_project import Example

# dbt's test of the gate's critical checks.
GATE = "gate_shop_has_no_critical_failure"


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    with pytest.MonkeyPatch.context() as environment:
        yield Example.prepare(tmp_path_factory.mktemp("example"), environment)


@pytest.fixture(scope="module")
def definitions(example: Example) -> dg.Definitions:
    root = example.project.root
    parse = ["dbt", "--quiet", "parse", "--vars", os.environ["SEGMENTS_VARS"]]
    subprocess.run(parse, cwd=root, check=True)
    definitions = runpy.run_path(str(root / "examples/dagster/definitions.py"))["defs"]
    assert isinstance(definitions, dg.Definitions)
    return definitions


@pytest.fixture(scope="module")
def published(example: Example, definitions: dg.Definitions) -> dg.ExecuteInProcessResult:
    example.land(spoiled=False)
    return run(definitions, "daily")


def run(definitions: dg.Definitions, job: str) -> dg.ExecuteInProcessResult:
    return definitions.resolve_job_def(job).execute_in_process(raise_on_error=False)


def materialized(result: dg.ExecuteInProcessResult) -> set[str]:
    """The names of the models and seeds that a run made."""
    events = result.all_events
    keys = [event.asset_key for event in events if event.is_step_materialization]
    return {key.path[-1] for key in keys if key}


def names(example: Example, *kinds: str) -> set[str]:
    """The names of all nodes of these kinds that the first run of dbt built."""
    [file] = (example.project.root / "target").glob("segments-*/run_results.json")
    results = json.loads(file.read_text(encoding="utf-8"))["results"]
    ids = [result["unique_id"].split(".") for result in results]
    return {name for kind, _, name, *_ in ids if kind in kinds}


def test_the_sample_is_published_and_every_test_is_a_check(
    example: Example, published: dg.ExecuteInProcessResult
) -> None:
    assert published.success
    assert example.customers > 1000
    checks = {check.check_name: check for check in published.get_asset_check_evaluations()}
    assert checks.keys() == names(example, "test")
    assert materialized(published) == names(example, "model", "seed")
    assert checks[GATE].passed
    # Warnings do not stop a run.
    failed = [check for check in checks.values() if not check.passed]
    assert all(check.severity == dg.AssetCheckSeverity.WARN for check in failed)


@pytest.mark.usefixtures("published")
def test_the_hourly_job_publishes_cards_and_nothing_else(
    example: Example, definitions: dg.Definitions
) -> None:
    before = example.published.resolve()
    result = run(definitions, "hourly")
    assert result.success
    assert "service_publication" in materialized(result)
    assert "publication" not in materialized(result)
    assert example.published.resolve() == before


@pytest.mark.usefixtures("published")
def test_a_failing_gate_is_a_failed_check_and_stops_everything_after_it(
    example: Example, definitions: dg.Definitions
) -> None:
    before = example.published.read_bytes()
    example.land(spoiled=True)
    result = run(definitions, "daily")
    assert not result.success
    checks = result.get_asset_check_evaluations()
    failed = [
        (check.asset_key.path[-1], check.check_name)
        for check in checks
        if not check.passed and check.severity == dg.AssetCheckSeverity.ERROR
    ]
    assert failed == [("gate_shop", GATE)]
    made = materialized(result)
    assert "gate_shop" in made
    assert made.isdisjoint({"int_orders", "dim_customers", "gate_publish", "publication"})
    assert example.published.read_bytes() == before


@pytest.mark.usefixtures("published")
def test_a_selection_that_publishes_a_part_is_refused(
    example: Example, definitions: dg.Definitions
) -> None:
    before = example.published.read_bytes()
    job = definitions.resolve_job_def("daily")
    keys = definitions.resolve_asset_graph().get_all_asset_keys()
    [asset] = [key for key in keys if key.path[-1] == "publication"]
    result = job.execute_in_process(asset_selection=[asset], raise_on_error=False)
    assert not result.success
    assert materialized(result) == set()
    assert (
        "would publish a mixture of two runs"
        in result.failure_data_for_node("segments").error_display_string
    )
    assert example.published.read_bytes() == before


def test_runs_wait_for_each_other_and_send_no_telemetry(tmp_path: Path) -> None:
    config = Path(__file__).with_name("dagster.yaml").read_text(encoding="utf-8")
    (tmp_path / "dagster.yaml").write_text(config, encoding="utf-8")
    with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
        assert instance.global_op_concurrency_default_limit == 1
        assert not instance.telemetry_enabled
