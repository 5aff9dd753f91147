"""CDNOW, landed as usual, gives the published models of customer value.

Fader, Hardie, Lee (2005), Marketing Science 24(2); the figures of Gamma-Gamma are those of the note
by Fader and Hardie (2013). The data are not part of the project: they are read from
SEGMENTS_SHARED_DATA, or from beside the repository.
"""

import duckdb
import pytest
from project import SHARED_DATA, Project, needs_data

from customer_segmentation.relations import read_counts
from customer_segmentation.value.tables import HISTORY, forecast_calibration

TRANSACTIONS = SHARED_DATA / "cdnow" / "cdnow_sample.parquet"

VARIABLES = {
    "landing": "files",
    "landing_path": "landing",
    "reporting_currency": "USD",
    "as_of_date": "1998-06-30",
    # The paper also counts days without a payment,
    "order_min_net_amount": 0,
    # and fits to the first 39 of 78 weeks: 272 of 545 days.
    "value_calibration_percent": 49.9,
    "value_purchase_model": "bg_nbd",
}

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build, needs_data("CDNOW", TRANSACTIONS)]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    project = Project.copy_to(tmp_path_factory.mktemp("cdnow"))
    project.landing.mkdir()
    with duckdb.connect() as connection:
        connection.execute(f"""
            copy (
                select
                    cast(
                        row_number() over (order by sample_id, date, dollar_value, number_of_cds)
                        as text
                    ) as order_id,
                    cast(date as timestamp) as ordered_at, sample_id as contact_id,
                    cast(dollar_value as decimal(18, 2)) as gross_amount,
                from '{TRANSACTIONS}'
            ) to '{project.landing}/orders.parquet'
        """)
    project.build(VARIABLES, tests="none")
    return project


@pytest.mark.parametrize(
    ("model", "digits", "published"),
    [
        ("bg_nbd", 3, ["0.243", "4.414", "0.793", "2.426", "-9582.4"]),
        ("pareto_nbd", 3, ["0.553", "10.578", "0.606", "11.669", "-9595.0"]),
        ("gamma_gamma", 2, ["6.25", "3.74", "15.44"]),
    ],
)
def test_the_published_parameters_are_found(
    project: Project, model: str, digits: int, published: list[str]
) -> None:
    rows = project.rows(
        "select value, log_likelihood, converged from value_parameters "
        f"where period = 'calibration' and model = '{model}' "
        "order by list_position(['r', 'alpha', 'a', 'b', 's', 'beta', 'p', 'q', 'v'], parameter)"
    )
    assert all(converged for *_, converged in rows)
    found = [f"{value:.{digits}f}" for value, *_ in rows] + [f"{rows[0][1]:.1f}"]
    assert found[: len(published)] == published


def test_every_customer_of_the_paper_is_fitted(project: Project) -> None:
    assert project.rows(
        "select distinct model, customers from value_parameters where period = 'calibration' "
        "order by model"
    ) == [
        ("bg_nbd", 2357),
        ("gamma_gamma", 946),
        ("mbg_nbd", 2357),
        ("pareto_nbd", 2357),
        ("past_rate", 2357),
    ]


def test_the_customer_of_the_paper_has_the_published_forecast(project: Project) -> None:
    # x = 2, t_x = 30.43 weeks, T = 38.86 weeks; the later days are 39 weeks.
    with duckdb.connect(str(project.warehouse), read_only=True) as connection:
        histories, parameters = (
            connection.sql(f"from segments_intermediate.{table}")
            for table in ("int_purchase_histories", "int_value_parameters")
        )
        counted = read_counts(histories, HISTORY, "customers").to_pandas()
        forecasts = forecast_calibration(counted, parameters.df())
    forecasts = forecasts.query(
        "model == 'bg_nbd' and repeats == 2 and recency_days == 213 and age_days == 272"
    )
    columns = ["expected_later_purchases", "probability_alive"]
    assert forecasts[columns].round(4).drop_duplicates().to_numpy().tolist() == [
        [pytest.approx(1.226, abs=5e-4), 0.7266]
    ]


def test_the_back_test_agrees_with_the_paper(project: Project) -> None:
    columns = "customers, later_days, actual_purchases, aggregate_error, top_decile_capture"
    ((customers, days, actual, error, capture),) = project.rows(
        f"select {columns} from value_back_test where outcome = 'chosen' and model = 'bg_nbd'"
    )
    assert (customers, days, actual) == (2357, 273, 1882)
    assert (f"{error:.3f}", f"{capture:.3f}") == ("-0.121", "0.469")
    # A warning, but the forecast is not withheld.
    failed = project.rows(
        "select column_name, severity from gate_results where gate = 'gate_publish' and not passed"
    )
    assert ("aggregate_error", "warning") in failed


def test_one_time_buyers_are_not_estimable_under_bg_nbd(project: Project) -> None:
    assert project.rows(
        "select reason, count(*) > 0 from fct_customer_segments "
        "where segmentation = 'expected_value' and segment = 'not_estimable' group by reason"
    ) == [("one_purchase", True)]


def test_pareto_nbd_has_the_smallest_error(project: Project) -> None:
    """The choice of ``auto``: docs/value.md."""
    rows = project.rows(
        "select model, reason, mean_absolute_error, naive_absolute_error, aggregate_error "
        "from value_back_test order by mean_absolute_error"
    )
    assert [(model, reason, f"{error:.3f}") for model, reason, error, *_ in rows] == [
        ("pareto_nbd", None, "0.755"),
        ("mbg_nbd", None, "0.765"),
        ("bg_nbd", None, "0.785"),
        ("past_rate", "failed_back_test", "1.041"),
    ]
    assert {f"{naive:.3f}" for *_, naive, _ in rows} == {"1.024"}
    assert f"{rows[0][-1]:.3f}" == "-0.115"


def test_cohorts_have_the_repeat_buyers_of_the_paper(project: Project) -> None:
    """946 of 2,357 customers bought again in the first 39 weeks, up to 30 September 1997."""
    rows = project.rows(
        "select cohort, customers, round(customers * cumulative_repeat_rate) "
        "from agg_cohort_retention where breakdown = 'month' and is_complete and "
        "strptime(cohort, '%Y-%m') + to_months(age_months) = date '1997-09-01' order by cohort"
    )
    assert [cohort for cohort, *_ in rows] == ["1997-01", "1997-02", "1997-03"]
    assert sum(customers for _, customers, _ in rows) == 2357
    assert sum(repeaters for *_, repeaters in rows) == 946
