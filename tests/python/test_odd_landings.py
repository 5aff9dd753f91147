"""Any landing of text builds, loses no row, and keeps every rule of the models.

Gates and reports speak of it in sentences, without errors of Great Expectations or engines.
"""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from odd_landings import Landing, Pipeline, compiled_project, landings, rows_of_all, simpler
from project import Project

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]

# A batch takes as long as a few of its landings.
LANDINGS = 310
BATCHES = 3


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory, shared_parses: None) -> Iterator[Pipeline]:
    project: Project = compiled_project(tmp_path_factory.mktemp("odd") / "project")
    # Gates read files of the project. Other tests leave the flags of their own dbt runs.
    flags = SimpleNamespace(PROJECT_DIR=str(project.root))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project.root)
        patch.setattr("customer_segmentation.paths.get_flags", lambda: flags)
        yield Pipeline(project)


def problems(pipeline: Pipeline, batch: list[Landing]) -> dict[str, str]:
    """Errors and broken rules of the models for all landings of ``batch`` together."""
    landed = rows_of_all(batch, pipeline.contract)
    try:
        with pipeline.built(landed, with_report=True):
            found = pipeline.failures(landed) | pipeline.problems_of_report()
            return {name: str(rows) for name, rows in found.items()}
    except Exception as error:
        return {f"{type(error).__name__} {getattr(error, '__notes__', '')}": str(error)[:500]}


def smallest(pipeline: Pipeline, batch: list[Landing], problem: str) -> list[Landing]:
    """The first landing of ``batch`` with the problem, without whatever it does not need."""
    alone = (landing for landing in batch if problem in problems(pipeline, [landing]))
    found = next(alone, None)
    if not found:
        return batch
    while smaller := next(
        (one for one in simpler(found) if problem in problems(pipeline, [one])), None
    ):
        found = smaller
    return [found]


def random_landings(pipeline: Pipeline) -> list[Landing]:
    """All examples of hypothesis, the same in every run."""
    found: list[Landing] = []

    # Landings are built in batches, which only `smallest` can reduce to the landing that matters.
    @settings(
        max_examples=LANDINGS,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(landings(pipeline.contract))
    def keep(landing: Landing) -> None:
        found.append(landing)

    keep()
    return found


def test_odd_landings_keep_every_rule(pipeline: Pipeline) -> None:
    found = random_landings(pipeline)
    assert len(found) >= 300
    # Neighbours resemble each other.
    batches = [found[start::BATCHES] for start in range(BATCHES)]
    for batch in batches:
        for problem, detail in problems(pipeline, batch).items():
            pytest.fail(f"{problem}: {detail}\n{smallest(pipeline, batch, problem)}")


@pytest.mark.parametrize(
    ("customers", "habits", "missing"),
    [
        (1, ["no purchase"], []),
        (1, [], ["orders", "order_lines", "refunds", "events"]),
        (5, ["everybody erased"], []),
        (5, ["cycle of parents", "merged contacts"], ["products", "exchange_rates"]),
        (60, ["years apart", "equal rows"], ["events", "consents"]),
        (60, ["exchanged lines"], ["events", "refunds"]),
    ],
)
def test_a_small_landing_keeps_every_rule(
    pipeline: Pipeline, customers: int, habits: list[str], missing: list[str]
) -> None:
    assert not problems(pipeline, [Landing(customers, 1, frozenset(missing), habits, [])])


def test_an_empty_landing_only_lacks_a_day(pipeline: Pipeline) -> None:
    everything = frozenset(pipeline.contract)
    found = problems(pipeline, [Landing(1, 1, everything, [], [])])
    # Such a build ends at this test of as_of, before the others run.
    assert "test_19_as_of_date_is_known" in found
    assert not [name for name in found if not name.startswith("test_")]


def test_a_lost_row_is_found(pipeline: Pipeline) -> None:
    landed = rows_of_all([Landing(3, 1, frozenset(), [], [])], pipeline.contract)
    with pipeline.built(landed):
        pipeline.connection.execute(f"delete from {pipeline.relation('stg_crm__customers')}")
        assert "customers: every landed row has one state" in pipeline.failures(landed)
