"""A shop without recent purchases has no forecast, and reports the reason."""

import csv
import io

import numpy as np
import pytest
from project import Project
from rich.console import Console

from customer_segmentation.report import print_report

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]

VARIABLES = {"landing": "files", "landing_path": "landing", "as_of_date": "2024-06-30"}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two years with enough data for a fit, but the last order is eight months old."""
    project = Project.copy_to(tmp_path_factory.mktemp("withheld"))
    project.landing.mkdir()
    generator = np.random.default_rng(11)
    with (project.landing / "orders.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["order_id", "ordered_at", "contact_id", "gross_amount"])
        for customer in range(300):
            day, rate = generator.integers(0, 400), generator.gamma(0.8, 1 / 60)
            while day < 480:
                ordered_at = np.datetime64("2022-07-01T10:00:00") + np.timedelta64(int(day), "D")
                amount = f"{generator.gamma(4, 10) + 1:.2f}"
                writer.writerow([f"o{customer}-{day}", ordered_at, f"k{customer}", amount])
                if generator.random() < 0.15:
                    break
                day += 1 + int(generator.exponential(1 / rate))
    return project


def test_the_build_stops_if_forecasts_are_required(project: Project) -> None:
    run = project.dbt(
        *project.build_arguments(), variables={**VARIABLES, "value_forecasts_required": True}
    )
    assert run.returncode == 1
    assert "gate_publish_has_no_critical_failure" in run.stdout
    assert not project.published.exists()


def test_otherwise_only_the_forecast_is_missing(project: Project) -> None:
    project.build(VARIABLES)
    assert project.rows(
        "select segment, reason from fct_customer_segments "
        "where segmentation = 'expected_value' group by all"
    ) == [("not_estimable", "nothing_to_compare")]
    assert project.rows("select count(probability_alive) from dim_customers") == [(0,)]
    assert project.rows(
        "select count(*) from fct_customer_segments "
        "where segmentation = 'historic_value' and segment = 'high'"
    ) > [(0,)]
    outcomes = project.rows("select outcome, reason from value_back_test order by outcome desc")
    assert outcomes[0] == ("withheld", "nothing_to_compare")
    assert {outcome for outcome, _ in outcomes[1:]} == {"not_chosen"}


def test_the_report_has_the_reason(project: Project) -> None:
    sentence = "nobody bought in the later days, so that nothing can be compared: not published"
    details = project.rows(
        "select detail from run_report where section = 'model' and item like 'forecast: %'"
    )
    assert (sentence,) in details
    ((warning,),) = project.rows(
        "select detail from run_report where section = 'warning' and detail like '%forecast%'"
    )
    assert sentence in warning
    console = Console(file=io.StringIO(), width=200)
    print_report(project.published, console)
    assert sentence in console.file.getvalue()  # type: ignore[attr-defined]
