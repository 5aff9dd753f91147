"""The sample, forty days after a run with known differences in its state."""

import re
from datetime import date, timedelta
from typing import Any

import pytest
from project import LEAN, REPOSITORY, Project

from customer_segmentation.report import visual_report
from customer_segmentation.switching import roll_back

pytestmark = pytest.mark.end_to_end

# Builds the history again from existing memberships.
AGAIN = (
    *(*LEAN, "build", "--select", "kept_rule_memberships"),
    *("models/history", "models/marts/history", "publication"),
)
MOVED, NEW, OBJECTED = 20, 3, 2

# The state of forty days ago: 20 lost customers were champions, three did not exist, one was erased
# since, and two were champions who object to profiling since.
EARLIER = [
    "update segment_history set valid_from = valid_from - 40",
    "update segmentation_days set logged_on = logged_on - 40",
    "update drift_bins set as_of_date = as_of_date - 40, frozen_on = frozen_on - 40",
    "update segment_history set segment = 'champions' where segmentation = 'rfm' "
    "and customer_id in (select customer_id from published.fct_customer_segments "
    f"where segmentation = 'rfm' and segment = 'lost' order by customer_id limit {MOVED})",
    "delete from segment_history where customer_id in "
    "(select customer_id from published.dim_customers "
    f"where lifetime_orders > 0 order by customer_id desc limit {NEW})",
    "insert into segment_history select 'erased', * exclude (customer_id) "
    "from segment_history where customer_id = (select min(customer_id) "
    "from published.dim_customers where is_profiled)",
    "update segment_history set segment = 'champions' where segmentation = 'rfm' "
    "and customer_id in (select customer_id from published.dim_customers where not is_profiled "
    f"order by customer_id limit {OBJECTED})",
    "update drift_bins set customers = case bin when 'missing' then 1400 else 1 end "
    "where item = 'age_years'",
]


@pytest.fixture(scope="module")
def later(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = built.copy(tmp_path_factory.mktemp("later") / "project")
    project.let_parts_be_published()
    attached = f"attach '{project.published}' as published (read_only)"
    project.change_state(attached, *EARLIER)
    again(project)
    return project


def again(project: Project) -> None:
    project.done(*AGAIN)


def today(project: Project) -> date:
    day: date = project.rows("select max(logged_on) from segmentation_days")[0][0]
    return day


def test_the_first_run_remembers_all_customers_without_changes(built: Project) -> None:
    customers = [(built.rows("select count(*) from dim_customers")[0][0], True, 0)]
    assert customers == built.rows(
        "select count(distinct customer_id), bool_and(is_current), count(entered_because) "
        "from fct_segment_history"
    )
    assert built.rows("from fct_segment_changes") == []
    assert built.rows("select distinct verdict from agg_drift") == [("not_compared",)]


def test_the_changes_are_of_moved_and_new_customers(later: Project) -> None:
    moves = later.rows(
        "select change, segment, cause, count(*) from fct_segment_changes "
        f"where logged_on = date '{today(later)}' and segmentation = 'rfm' "
        "and customer_id in (select customer_id from fct_segment_history "
        f"where valid_from < date '{today(later)}') group by all order by all"
    )
    assert moves == [
        ("enter", "lost", "behaviour", MOVED),
        ("enter", "not_profiled", "objection", OBJECTED),
        ("exit", "champions", "behaviour", MOVED),
    ]
    newcomers = later.rows(
        "select customer_id, min(entered_because), max(entered_because), "
        "count(distinct segmentation) from fct_segment_history group by customer_id "
        f"having min(valid_from) = date '{today(later)}'"
    )
    segmentations = len(later.rows("select distinct segmentation from fct_customer_segments"))
    assert [row[1:] for row in newcomers] == [("behaviour", "behaviour", segmentations)] * NEW


def test_erased_customers_are_in_no_table(later: Project) -> None:
    for name, rows in later.published_tables().items():
        assert not [row for row in rows if "erased" in row], name


def test_customers_who_object_have_no_segments_in_the_history(later: Project) -> None:
    stays = later.rows(
        "select segment, entered_because, valid_from, count(*) from fct_segment_history "
        "inner join dim_customers using (customer_id) "
        "where segmentation = 'rfm' and not is_profiled group by all order by valid_from"
    )
    others = later.rows("select count(*) from dim_customers where not is_profiled")[0][0] - OBJECTED
    before = today(later) - timedelta(40)
    assert stays == [
        ("not_profiled", None, before, others),
        ("not_profiled", "objection", today(later), OBJECTED),
    ]


def test_the_open_intervals_are_the_segments_of_the_day(later: Project) -> None:
    published = later.rows(
        "select customer_id, segmentation, segment from fct_customer_segments "
        "where is_primary and (segmentation <> 'business' or segment = 'not_profiled') union all "
        "select customer_id, 'business', segment from rule_memberships where is_member "
        "order by all"
    )
    remembered = later.rows(
        "select customer_id, segmentation, segment from fct_segment_history "
        "where is_current and segment <> 'no_business_segment' order by all"
    )
    assert remembered == published
    assert len(remembered) > 50_000


def test_intervals_neither_overlap_nor_leave_gaps(later: Project) -> None:
    wrong = later.rows(
        "select customer_id, segmentation, valid_to, lead(valid_from) over "
        "(partition by customer_id, segmentation order by valid_from) as next_valid_from "
        "from fct_segment_history where segmentation <> 'business' "
        "qualify next_valid_from is distinct from valid_to"
    )
    assert wrong == []


def test_the_queries_of_the_page_find_members_and_moves(later: Project) -> None:
    text = (REPOSITORY / "docs" / "history.md").read_text(encoding="utf-8")
    matrix, of_members, of_moves = re.findall(
        r"^```sql\n(.*?)^```$", text, re.MULTILINE | re.DOTALL
    )
    # The first column is from_segment; a cell without a move is empty.
    cells = [cell for row in later.rows(matrix) for cell in row[1:] if cell is not None]
    assert [(sum(cells),)] == later.rows(
        "select sum(customers) from agg_segment_migration where segmentation = 'rfm'"
    )
    yesterday = str(today(later) - timedelta(1))
    members = later.rows(of_members.replace("2025-01-01", yesterday))
    before = "select sum(customers) from agg_segment_migration where segmentation = 'rfm' "
    before += "and from_segment = 'loyal' and to_segment <> 'left'"
    assert [(len(members),)] == later.rows(before)
    [(customer,)] = later.rows("select min(customer_id) from fct_segment_changes")
    assert later.rows(of_moves.replace("5c1f0e", customer))


def test_rows_of_the_migration_sum_to_one(later: Project) -> None:
    customers = later.rows("select count(*) from dim_customers where is_profiled")[0][0]
    sums = later.rows(
        "select segmentation, sum(customers) from agg_segment_migration "
        "where segmentation in ('rfm', 'lifecycle', 'country') group by all order by all"
    )
    assert sums == [(name, customers + 1) for name in ("country", "lifecycle", "rfm")]
    shares = later.rows(
        "select max(abs(total - 1)) from (select sum(coalesce(share, customers / customers_before))"
        " as total from agg_segment_migration group by segmentation, from_segment)"
    )
    assert shares[0][0] < 1e-9
    cells: dict[Any, Any] = {
        row[:2]: row[2]
        for row in later.rows(
            "select from_segment, to_segment, customers from agg_segment_migration "
            "where segmentation = 'rfm' and from_segment <> to_segment"
        )
    }
    assert cells.pop(("champions", "lost")) == MOVED
    assert sum(number for (_, to), number in cells.items() if to == "left") == 1
    assert sum(number for (origin, _), number in cells.items() if origin == "entered") == NEW
    assert len(cells) <= NEW + 1


def test_stability_counts_falls_by_value_rank(later: Project) -> None:
    counts = later.rows(
        "select entered, left_customers, upgraded, downgraded, customers_before - stayed "
        "from agg_segment_stability where segmentation = 'rfm'"
    )
    assert counts == [(NEW, 1, 0, MOVED, MOVED + 1)]


def test_drift_since_a_day_long_ago_warns(later: Project) -> None:
    verdicts = dict(later.rows("select item, verdict from agg_drift"))
    assert verdicts["age_years"] == "warn"
    assert verdicts["recency_days"] == "stable"


def test_the_same_day_again_only_forgets_erased_customers(later: Project) -> None:
    before = later.published_tables()
    again(later)
    after = later.published_tables()
    # The erased customer is counted once as left; then the row is gone.
    counted = {"agg_segment_migration", "agg_segment_stability"}
    assert {name for name in before if after[name] != before[name]} == counted
    assert not [row for row in after["agg_segment_migration"] if "left" in row]


def test_history_after_a_rollback(later: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    project = later.copy(tmp_path_factory.mktemp("rollback") / "project")
    # A run that published a wrong state.
    project.change_state("delete from segment_history")
    page = visual_report(project.published)
    last_page = page.read_bytes()
    roll_back(project.published)
    assert page.read_bytes() != last_page
    again(project)
    assert project.published_tables() == later.published_tables()


def test_a_replay_keeps_history(later: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    project = later.copy(tmp_path_factory.mktemp("replay") / "project")
    tomorrow = today(later) + timedelta(1)
    project.change_state(
        f"insert into segmentation_days select date '{tomorrow}', * exclude (logged_on) "
        f"from segmentation_days where logged_on = date '{today(later)}'",
        "insert into segment_history select 'comes tomorrow', segmentation, segment, "
        f"date '{tomorrow}', null, 'behaviour', null from segment_history limit 1",
        f"update cluster_model set model_version = '{tomorrow}'",
        f"insert into erased_memberships values ('rfm', 'loyal', null, date '{tomorrow}', 1)",
    )
    migration, state = project.published_tables()["agg_segment_migration"], project.state_tables()
    again(project)
    assert project.state_tables() == state
    published = project.published_tables()
    assert published["agg_segment_migration"] == migration
    columns = "customer_id, segmentation, segment, valid_from, valid_to, entered_because"
    query = f"select {columns}, left_because from {{}} order by all"
    assert project.rows(query.format("fct_segment_history")) == state["segment_history"]
    assert published["segmentation_days"] == state["segmentation_days"]
