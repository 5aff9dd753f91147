"""The rows of docs/walkthrough.md work in the seeds of the built sample."""

import re
from pathlib import Path

import duckdb
import pytest
from project import LEAN, REPOSITORY, Project

pytestmark = pytest.mark.end_to_end

ADDED_ROWS = re.compile(r"^```csv (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUERIES = re.compile(r"^```sql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TEXT = (REPOSITORY / "docs" / "walkthrough.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def walked(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The built sample with the rows of the page; dependent models are built again."""
    project = built.copy(tmp_path_factory.mktemp("walked") / "project")
    project.let_parts_be_published()
    added = ADDED_ROWS.findall(TEXT)
    assert len(added) == 5
    for name, rows in added:
        seed = project.root / name
        seed.write_text(seed.read_text(encoding="utf-8").rstrip("\n") + "\n" + rows)
    project.done(*(*LEAN, "build", "--select"), *(f"{Path(name).stem}+" for name, _ in added))
    return project


def cards(project: Project, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(project.published.with_name("service_cards.duckdb"))) as connection:
        return connection.execute(query).fetchall()


def test_members_of_the_new_segment_meet_its_rules(walked: Project) -> None:
    members, wrong = walked.rows(
        "select count(*), count(*) filter (where not coalesce(density_class_segment = 'city' "
        "and age_band_segment not in ('35_44', '45_54', '55_64', '65_74', '75_plus', 'unknown') "
        "and lifetime_orders > 0, false)) from rule_memberships inner join dim_customers "
        "using (customer_id) where segment = 'young_city_buyers' and is_member"
    )[0]
    assert members > 100
    assert wrong == 0
    entered = walked.rows(
        "select count(*) from fct_segment_history where segment = 'young_city_buyers'"
    )
    assert entered == [(members,)]


def test_only_business_segments_have_a_new_definition(built: Project, walked: Project) -> None:
    query = "select segmentation, definition_version from segmentation_days order by all"
    changed = set(walked.rows(query)) ^ set(built.rows(query))
    segmentations = {segmentation for segmentation, _ in changed}
    assert "business" in segmentations
    assert "rfm" not in segmentations


def test_cards_have_the_new_strategy_and_its_reason(walked: Project) -> None:
    advice = cards(
        walked,
        "select distinct recommended_by, what_to_do, recommended_reason like '%age_years%' "
        "from service_cards where recommended_strategy = 'city_evening'",
    )
    assert advice == [("business young_city_buyers", "Invite them to the shop after work", True)]


def test_suppressed_products_are_not_offered(built: Project, walked: Project) -> None:
    query = (
        "select count(*), count(*) filter (where why_not like '%area%') "
        "from dim_offer_eligibility inner join fct_customer_segments using (customer_id) "
        "where segmentation = 'country' and segment = 'PL' and category = 'drinks'"
    )
    customers, suppressed = built.rows(query)[0]
    assert customers > 10
    assert suppressed == 0
    assert walked.rows(query) == [(customers, customers)]


def test_the_queries_of_the_page_return_rows(walked: Project) -> None:
    published, of_cards = QUERIES.findall(TEXT)
    for query in filter(None, map(str.strip, published.split(";"))):
        assert walked.rows(query)
    assert cards(walked, of_cards)
