"""The sample forty days later: what the published history remembers of the first run."""

from datetime import date, timedelta
from typing import Any

import pytest
from project import Project

pytestmark = pytest.mark.end_to_end

HISTORY = ("models/intermediate/history", "models/marts/history")
# What makes the history anew from memberships that are built.
AGAIN = ("--no-write-json", "build", "--exclude-resource-type", "unit_test", "--select")


@pytest.fixture(scope="module")
def later(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample, built for its day and then for the day 40 days later."""
    project = built.copy(tmp_path_factory.mktemp("later") / "project")
    project.build({"as_of_date": first_day(built) + timedelta(40)}, tests="none")
    return project


def first_day(project: Project) -> date:
    day: date = project.rows("select min(logged_on) from segmentation_days")[0][0]
    return day


def again(project: Project, *nodes: str, **variables: Any) -> Any:
    variables = {"as_of_date": first_day(project) + timedelta(40), **variables}
    return project.dbt(*AGAIN, *nodes, variables=variables)


def test_the_first_run_enters_everybody(built: Project) -> None:
    assert built.rows("select distinct change, cause from fct_segment_changes") == [
        ("enter", "data")
    ]
    assert built.rows("select count(*) from agg_segment_migration") == [(0,)]
    assert built.rows("select distinct verdict from agg_drift") == [("not_compared",)]


def test_earlier_days_stay_as_they_were_published(built: Project, later: Project) -> None:
    day = first_day(built)
    query = f"select * from fct_segment_changes where logged_on = date '{day}' order by all"
    assert later.rows(query) == built.rows(query)
    days = later.rows("select distinct logged_on from fct_segment_changes order by all")
    assert days == [(day,), (day + timedelta(40),)]


def test_the_open_intervals_are_the_segments_of_the_day(built: Project, later: Project) -> None:
    """For both days: the history of a day says what was published on it."""
    for project in (built, later):
        day = project.rows("select max(logged_on) from segmentation_days")[0][0]
        published = project.rows(
            "select customer_id, segmentation, segment from fct_customer_segments "
            "where is_primary and segmentation <> 'business' order by all"
        )
        remembered = later.rows(
            "select customer_id, segmentation, segment from fct_segment_history "
            f"where valid_from <= date '{day}' and coalesce(valid_to > date '{day}', true) "
            "and segmentation <> 'business' order by all"
        )
        assert remembered == published


def test_intervals_neither_overlap_nor_leave_gaps(later: Project) -> None:
    wrong = later.rows(
        "select customer_id, segmentation, valid_from, valid_to, lead(valid_from) over "
        "(partition by customer_id, segmentation order by valid_from) as next_valid_from "
        "from fct_segment_history where segmentation <> 'business' "
        "qualify next_valid_from is distinct from valid_to"
    )
    assert wrong == []


def test_forty_days_without_a_purchase_move_customers_by_behaviour_or_cut_points(
    later: Project,
) -> None:
    causes = dict(
        later.rows(
            "select cause, count(*) from fct_segment_changes where segmentation = 'rfm' "
            "and logged_on = (select max(logged_on) from fct_segment_changes) group by all"
        )
    )
    assert set(causes) <= {"behaviour", "cut_point"}
    assert causes["behaviour"] > 10


def test_a_migration_holds_every_customer_and_its_rows_sum_to_one(
    built: Project, later: Project
) -> None:
    everybody = {row[0] for project in (built, later) for row in project.rows("from dim_customers")}
    sums = later.rows(
        "select segmentation, sum(customers) from agg_segment_migration "
        "where segmentation in ('rfm', 'lifecycle', 'country') group by all order by all"
    )
    assert sums == [(name, len(everybody)) for name in ("country", "lifecycle", "rfm")]
    shares = later.rows(
        "select max(abs(total - 1)) from (select sum(share) as total from agg_segment_migration "
        "group by segmentation, from_segment)"
    )
    assert shares[0][0] < 1e-9
    matrix = later.rows("from agg_rfm_migration")
    assert sum(sum(row[4:]) for row in matrix) == len(everybody)
    assert all(sum(row[4:]) == row[3] for row in matrix)


def test_the_same_day_again_changes_nothing(later: Project) -> None:
    before = later.published_tables()
    run = again(later, *HISTORY, "publication")
    assert run.returncode == 0, run.stdout[-3000:]
    assert later.published_tables() == before


def test_a_replay_of_an_earlier_day_changes_nothing_in_the_history(later: Project) -> None:
    before = later.published_tables()
    nodes = ("as_of", *HISTORY, "publication")
    try:
        run = again(later, *nodes, as_of_date=first_day(later) + timedelta(20))
        assert run.returncode == 0, run.stdout[-3000:]
        after = later.published_tables()
    finally:
        assert again(later, *nodes).returncode == 0
    for table in ("fct_segment_changes", "fct_segment_history", "segmentation_days"):
        assert after[table] == before[table]


def test_drift_stops_the_run_before_anything_is_published_unless_it_is_accepted(
    later: Project,
) -> None:
    """Forty days are more than drift_max_days; let them be few enough."""
    published = later.published.read_bytes()
    assert {row[0] for row in later.rows("select verdict from agg_drift")} >= {"stable", "warn"}
    nodes = ("int_drift", "agg_drift", "gate_publish", "publication")
    refused = again(later, *nodes, drift_max_days=40)
    assert refused.returncode == 1
    assert "agg_drift" in refused.stdout
    assert "accept_drift" in refused.stdout
    assert later.published.read_bytes() == published
    accepted = again(later, *nodes, drift_max_days=40, accept_drift=True)
    assert accepted.returncode == 0, accepted.stdout[-3000:]
    assert "accepted" in {row[0] for row in later.rows("select verdict from agg_drift")}
