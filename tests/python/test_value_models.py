"""Properties of the models of purchases for any parameters, and their fits."""

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln, gammaln, logsumexp
from value_data import (
    BG,
    MBG,
    MODELS,
    Row,
    assert_slopes,
    histories_of,
    models,
    random_rows,
    rows_of_days,
)

from customer_segmentation.value.beta_geometric import BgNbd, MbgNbd, fit_bg_nbd, fit_mbg_nbd
from customer_segmentation.value.fitting import Fit
from customer_segmentation.value.gamma_gamma import GammaGamma, distinct_spending, fit_gamma_gamma
from customer_segmentation.value.histories import Floats, distinct_histories
from customer_segmentation.value.models import PurchaseModel
from customer_segmentation.value.pareto_nbd import ParetoNbd, fit_pareto_nbd
from customer_segmentation.value.past_rate import fit_past_rate

FITS: list[Callable[..., Fit[PurchaseModel]]] = [
    fit_bg_nbd,
    fit_mbg_nbd,
    fit_pareto_nbd,
    fit_past_rate,
]
# Rounding error of a few logarithms and powers.
ROUNDING = 1e-12


def shoppers(count: int, seed: int, weeks_to_leave: float = 40.0) -> Floats:
    """Simulated rows x, t_x, T: some stop buying, and nobody buys twice a day."""
    generator = np.random.default_rng(seed)
    age = generator.integers(7, 364, count)
    rate = generator.gamma(0.8, 1 / 60, count)
    leaves = generator.exponential(weeks_to_leave * 7 * generator.gamma(2, 0.5, count))
    rows = []
    for days, per_day, end in zip(age, rate, leaves, strict=True):
        bought = np.flatnonzero(generator.random(min(days, int(end))) < per_day) + 1
        rows.append((len(bought), bought[-1] / 7 if len(bought) else 0, days / 7))
    return np.array(rows, dtype=np.float64)


@settings(deadline=None, max_examples=60)
@given(models(), st.lists(rows_of_days(), min_size=1, max_size=30))
def test_probabilities_are_between_0_and_1(model: PurchaseModel, rows: list[Row]) -> None:
    alive = model.probability_alive(histories_of(rows))
    assert np.all((alive >= 0) & (alive <= 1))


@settings(deadline=None, max_examples=60)
@given(models(), st.integers(1, 40), st.integers(40, 900))
def test_later_buyers_are_more_likely_alive(model: PurchaseModel, repeats: int, days: int) -> None:
    last = np.arange(repeats, days + 1) / 7
    histories = distinct_histories(np.full(len(last), repeats), last, np.full(len(last), days / 7))
    assert np.all(np.diff(model.probability_alive(histories)) >= -ROUNDING)


@settings(deadline=None, max_examples=60)
@given(models(), st.lists(rows_of_days(), min_size=1, max_size=30))
def test_buyers_of_today_are_alive_unless_they_leave(model: PurchaseModel, rows: list[Row]) -> None:
    histories = histories_of([(x, age, age) for x, _, age in rows if x > 0] or [(1, 2.0, 2.0)])
    alive = model.probability_alive(histories)
    if isinstance(model, BgNbd | MbgNbd):
        chances = histories.repeats + isinstance(model, MbgNbd)
        stays = (model.b + chances - 1) / (model.a + model.b + chances - 1)
        assert alive == pytest.approx(stays, rel=ROUNDING)
    else:
        assert np.all(alive == 1)


def test_only_mbg_nbd_lets_one_time_buyers_leave() -> None:
    ages = np.array([0.0, 1.0, 10.0, 100.0, 1000.0])
    histories = distinct_histories(np.zeros(5), np.zeros(5), ages)
    assert BG.probability_alive(histories).tolist() == [1, 1, 1, 1, 1]
    assert np.all(np.diff(MBG.probability_alive(histories)) < 0)


@settings(deadline=None, max_examples=30)
@given(models(), st.lists(rows_of_days(), min_size=1, max_size=30))
def test_expected_purchases_rise_ever_more_slowly(model: PurchaseModel, rows: list[Row]) -> None:
    histories = histories_of(rows)
    curve = model.purchase_curve(histories)
    purchases = np.array([curve(float(weeks)) for weeks in range(0, 105, 8)])
    more = np.diff(purchases, axis=0)
    assert np.all(purchases[0] == 0)
    assert np.all(more > 0)
    # Some customers leave, nobody comes back.
    assert np.all(np.diff(more, axis=0) <= ROUNDING * purchases[-1])


@settings(deadline=None, max_examples=15)
@given(models(), st.lists(rows_of_days(), min_size=1, max_size=30), st.data())
def test_weeks_by_history_agree(model: PurchaseModel, rows: list[Row], data: st.DataObject) -> None:
    histories = histories_of(rows)
    size = len(histories)
    weeks = np.array(data.draw(st.lists(st.integers(0, 80), min_size=size, max_size=size)), float)
    together = model.expected_purchases(histories, weeks)
    for position, number in enumerate(weeks):
        alone = model.expected_purchases(histories, float(number))[position]
        assert together[position] == pytest.approx(alone, rel=ROUNDING)


def test_weeks_are_not_negative() -> None:
    histories = histories_of([(1, 2.0, 3.0)])
    for model in MODELS:
        with pytest.raises(ValueError, match="weeks must be at least 0"):
            model.expected_purchases(histories, -1.0)


@settings(deadline=None, max_examples=20)
@given(models(), rows_of_days(most_repeats=8, most_days=400))
def test_expectations_and_likelihood_agree(model: PurchaseModel, row: Row) -> None:
    """Today's expectation is the mean of later expectations (tower property). The likelihood is the
    density of each course of the first weeks: n purchases, the last one after u weeks, the others
    before it. The densities of all courses integrate to 1.
    """
    first, second, most = 1.0, 20.0, 120
    x, t_x, age = row
    nodes, weights = np.polynomial.legendre.leggauss(70)
    u, weight = (nodes + 1) * first / 2, weights * first / 2
    n, last = (grid.ravel() for grid in np.meshgrid(np.arange(1.0, most + 1), u, indexing="ij"))
    later = distinct_histories(
        np.append(x + n, x), np.append(age + last, t_x), np.full(len(n) + 1, age + first)
    )
    today = histories_of([row])
    density = model.log_likelihood(later)[later.row] - model.log_likelihood(today)[0]
    density[:-1] += (n - 1) * np.log(last) - gammaln(n) + np.log(np.tile(weight, most))
    share = np.exp(density)
    assert logsumexp(density) == pytest.approx(0, abs=1e-9)

    purchases = np.append(n, 0)
    assert share @ purchases == pytest.approx(model.expected_purchases(today, first)[0], rel=1e-8)
    after = model.expected_purchases(later, second)[later.row]
    assert share @ (purchases + after) == pytest.approx(
        model.expected_purchases(today, first + second)[0], rel=1e-8
    )


@settings(deadline=None, max_examples=40)
@given(
    *(st.floats(0.05, 30.0), st.floats(0.01, 50.0), st.floats(0.05, 10.0), st.floats(1.0, 30.0)),
    *(rows_of_days(most_repeats=300), st.sampled_from([0.5, 12.0, 52.0, 520.0])),
)
def test_bg_nbd_is_the_mean_over_leaving_probabilities(
    r: float, alpha: float, a: float, b: float, row: Row, weeks: float
) -> None:
    x, _, age = row
    shape, stay, odds = r + x, b + x, weeks / (alpha + age)

    # p = q ^ (1 / a) removes the endpoint's power from the beta density.
    def purchases(q: float) -> float:
        p = q ** (1 / a)
        bought = -np.expm1(-shape * np.log1p(p * odds)) / p if p > 1e-200 else shape * odds
        return float(bought * np.exp((stay - 1) * np.log1p(-p) - np.log(a) - betaln(a, stay)))

    # In pieces, because much of the mass may be near 0.
    edges = [0.0, *(10.0 ** -np.arange(12, 0, -1)), 0.3, 0.6, 0.9, 1 - 1e-3, 1.0]
    mean = sum(
        quad(purchases, low, high, epsabs=0, epsrel=1e-10, limit=200)[0]
        for low, high in pairwise(edges)
    )
    model, histories = BgNbd(r, alpha, a, b), histories_of([row])
    expected = mean * model.probability_alive(histories)[0]
    assert model.expected_purchases(histories, weeks)[0] == pytest.approx(expected, rel=1e-8)


@settings(deadline=None, max_examples=25)
@given(rows_of_days(), st.floats(0.05, 8.0), st.floats(0.5, 50.0), st.floats(0.5, 50.0))
def test_divisions_by_0_are_handled(row: Row, shape: float, weeks: float, other: float) -> None:
    histories = histories_of([row])
    for at_1, near_1 in (
        (BgNbd(shape, weeks, 1.0, 2.0), BgNbd(shape, weeks, 1 + 1e-9, 2.0)),
        (BgNbd(shape, weeks, 0.5, 0.5), BgNbd(shape, weeks, 0.5, 0.5 + 1e-9)),
        (ParetoNbd(shape, weeks, 1.0, other), ParetoNbd(shape, weeks, 1 + 1e-9, other)),
        (ParetoNbd(shape, weeks, 0.5, weeks), ParetoNbd(shape, weeks, 0.5, weeks + 1e-9)),
    ):
        expected = near_1.expected_purchases(histories, 52.0)
        assert at_1.expected_purchases(histories, 52.0) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("model", [BG, MBG])
def test_slopes_match_the_likelihood(model: BgNbd | MbgNbd) -> None:
    x, t_x, age = random_rows(300, seed=1).T
    histories = distinct_histories(x, t_x, age, customers=1 + np.arange(300) % 3)
    assert_slopes(model, histories, "r", "alpha", "a", "b")


def test_slopes_of_gamma_gamma_match_the_likelihood() -> None:
    generator = np.random.default_rng(2)
    spending = distinct_spending(
        generator.integers(1, 20, 300), generator.gamma(2, 15, 300), 1 + np.arange(300) % 3
    )
    model = GammaGamma(6.25, 3.74, 15.44)
    assert_slopes(model, spending, "p", "q", "v")


@pytest.mark.parametrize("fit", FITS)
def test_row_order_and_counts_change_no_fit(fit: Callable[..., Fit[PurchaseModel]]) -> None:
    rows = shoppers(400, seed=3)
    found = fit(distinct_histories(*rows.T))
    assert found.model
    shuffled = np.random.default_rng(4).permutation(rows)
    distinct, counts = np.unique(shuffled, axis=0, return_counts=True)
    assert counts.max() > 1
    # Equal to the last bit: no tolerance.
    assert fit(distinct_histories(*shuffled.T)) == found
    x, t_x, age = distinct[::-1].T
    assert fit(distinct_histories(x, t_x, age, customers=counts[::-1])) == found


def test_a_fit_of_spend_does_not_depend_on_row_order() -> None:
    generator = np.random.default_rng(5)
    x = generator.integers(1, 6, 500)
    spend = np.round(generator.gamma(3, 10 / generator.gamma(4, 0.3, 500)))
    found = fit_gamma_gamma(distinct_spending(x, spend))
    assert found.model
    order = generator.permutation(500)
    pairs, counts = np.unique(np.column_stack([x, spend]), axis=0, return_counts=True)
    assert counts.max() > 1
    assert fit_gamma_gamma(distinct_spending(x[order], spend[order])) == found
    x, spend = pairs[::-1].T
    assert fit_gamma_gamma(distinct_spending(x, spend, customers=counts[::-1])) == found


@settings(deadline=None, max_examples=15)
@given(st.lists(rows_of_days(), min_size=1, max_size=20), st.randoms())
def test_row_order_changes_no_forecast(rows: list[Row], random: np.random.Generator) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)
    one, other = histories_of(rows), histories_of(shuffled)
    for model in MODELS:
        first, second = (model.expected_purchases(of, 52.0) for of in (one, other))
        assert first.tobytes() == second.tobytes()


@pytest.mark.parametrize("fit", FITS)
def test_the_unit_of_time_changes_only_times(fit: Callable[..., Fit[PurchaseModel]]) -> None:
    x, t_x, age = shoppers(400, seed=6).T
    weeks, days = fit(distinct_histories(x, t_x, age)), fit(distinct_histories(x, 7 * t_x, 7 * age))
    for name, value in weeks.parameters.items():
        unit = 7 if name in ("alpha", "beta") else 1
        assert days.parameters[name] == pytest.approx(unit * value, rel=1e-5)
        errors = weeks.standard_errors[name], days.standard_errors[name]
        assert errors[1] == pytest.approx(unit * errors[0], rel=1e-4)


def test_fits_find_the_true_parameters() -> None:
    """Within 4 standard errors; customers are drawn purchase by purchase."""
    generator, count = np.random.default_rng(7), 4000
    r, alpha, a, b = 0.9, 6.0, 0.9, 2.5
    rate, leaves = generator.gamma(r, 1 / alpha, count), generator.beta(a, b, count)
    age = generator.uniform(10, 80, count)
    for first_chance, fit in ((False, fit_bg_nbd), (True, fit_mbg_nbd)):
        x, t_x, time = np.zeros(count), np.zeros(count), np.zeros(count)
        alive = ~(first_chance & (generator.random(count) < leaves))
        while alive.any():
            time = time + generator.exponential(1 / rate)
            alive &= time <= age
            x, t_x = x + alive, np.where(alive, time, t_x)
            alive &= generator.random(count) >= leaves
        found = fit(distinct_histories(x, t_x, age))
        for name, true in zip(found.parameters, (r, alpha, a, b), strict=True):
            assert abs(found.parameters[name] - true) < 4 * found.standard_errors[name]


def test_gamma_gamma_finds_the_true_parameters() -> None:
    generator, count = np.random.default_rng(8), 4000
    p, q, v = 4.0, 3.5, 20.0
    x = generator.integers(1, 12, count)
    spend = generator.gamma(p * x) / generator.gamma(q, 1 / v, count) / x
    found = fit_gamma_gamma(distinct_spending(x, spend))
    for name, true in {"p": p, "q": q, "v": v}.items():
        assert abs(found.parameters[name] - true) < 4 * found.standard_errors[name]


def test_expected_spend_is_between_own_mean_and_overall_mean() -> None:
    model = GammaGamma(6.25, 3.74, 15.44)
    of_all = 6.25 * 15.44 / (3.74 - 1)
    spending = distinct_spending([0, 1, 10, 1000], [0, 50, 50, 50])
    expected = model.expected_mean_spend(spending)
    assert expected[0] == pytest.approx(of_all, rel=ROUNDING)
    assert of_all < expected[1] < expected[2] < expected[3] < 50
    assert expected[3] == pytest.approx(50, rel=1e-3)
