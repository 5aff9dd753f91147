"""Who has one table only gets the segmentations that it can answer, and is told about the others."""

import shutil
from pathlib import Path

import duckdb
import pytest
from project import SAMPLE, Project

pytestmark = [pytest.mark.end_to_end, pytest.mark.xdist_group("single_tables")]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that reads files; the tests put them there, so that dbt parses it once."""
    return Project.copy_to(tmp_path_factory.mktemp("single_tables"))


@pytest.mark.parametrize(
    ("table", "answered", "left_out"),
    [
        ("orders", {"rfm", "country"}, {"age_band": "needs customers: not supplied"}),
        ("customers", {"age_band", "country"}, {"rfm": "needs orders: not supplied"}),
        ("accounts", {"country"}, {"rfm": "needs orders: not supplied"}),
    ],
)
def test_one_table_gives_what_it_can_answer(
    project: Project, table: str, answered: set[str], left_out: dict[str, str]
) -> None:
    landing = project.root / "landing"
    shutil.rmtree(landing, ignore_errors=True)
    landing.mkdir()
    with duckdb.connect() as connection:
        rows = connection.read_csv(str(SAMPLE / f"sample_{table}.csv"), all_varchar=True)
        if table == "orders":
            # Other currencies need exchange rates.
            rows = rows.filter("currency = 'EUR'")
        rows.write_csv(str(landing / f"{table}.csv"))
    project.warehouse.unlink(missing_ok=True)
    project.build({"landing": "files", "landing_path": Path("landing")})

    customers = project.rows("select count(*) from dim_customers")[0][0]
    assert customers > 0
    published = dict(
        project.rows("select segmentation, sum(customers) from agg_segment_profiles group by all")
    )
    assert set(published.values()) == {customers}
    reasons = dict(project.rows("select item, detail from run_report where section = 'left out'"))
    catalogue = {name for (name,) in project.rows("select segmentation from segmentations")}
    assert published.keys() | reasons.keys() == catalogue
    assert not published.keys() & reasons.keys()
    assert answered <= published.keys()
    assert left_out.items() <= reasons.items()
    # No column of unknowns.
    assert [] == project.rows(
        "select segmentation from fct_customer_segments group by all "
        "having bool_and(segment in ('unknown', 'not_applicable'))"
    )
