"""Metrics of goals, calculated again in Python from the tables that they are of."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from project import Project

pytestmark = pytest.mark.end_to_end

Rows = list[tuple[Any, ...]]
# Rows of a metric: the customer and the amount.
Amounts = list[tuple[str, float]]
Period = tuple[date, date]

PERIOD, YEAR, LAPSED, DECIDED = (timedelta(days) for days in (90, 365, 365, 7))
PROFILED = "(select customer_id from segments_intermediate.int_profiled_customers)"


@pytest.fixture(scope="module")
def tables(built: Project) -> dict[str, Rows]:
    known = f"customer_id is null or customer_id in {PROFILED}"
    queries = {
        "customers": "customer_id, customer_kind, first_seen_date from "
        "segments_intermediate.int_profiled_customers",
        "orders": "customer_id, order_date, net_amount, is_discounted from "
        f"segments_intermediate.int_orders where is_purchase and customer_id in {PROFILED}",
        "carts": "coalesce(customer_id, cart_id), cast(last_changed_at as date), cart_state from "
        f"segments_intermediate.int_web_carts where {known}",
        "scores": "coalesce(customer_id, service_contact_id), opened_date, satisfaction_score "
        f"from segments_intermediate.int_service_contacts where ({known}) "
        "and satisfaction_score is not null",
        "day": "as_of_date from segments_staging.as_of",
    }
    return {name: built.warehouse_rows(f"select {query}") for name, query in queries.items()}


def days_of(tables: dict[str, Rows]) -> dict[str, list[date]]:
    """The days on which each customer bought."""
    days: dict[str, set[date]] = defaultdict(set)
    for customer, day, *_ in tables["orders"]:
        days[customer].add(day)
    return {customer: sorted(found) for customer, found in days.items()}


def within(days: Iterable[date], period: Period) -> bool:
    return any(period[0] < day <= period[1] for day in days)


def second_purchases(tables: dict[str, Rows], period: Period) -> Amounts:
    start, _ = period
    return [
        (customer, within(days, (days[0], days[0] + PERIOD)))
        for customer, days in days_of(tables).items()
        if within(days[:1], (start - PERIOD, start))
    ]


def best_buyers(tables: dict[str, Rows], period: Period) -> Amounts:
    start, _ = period
    amounts: dict[str, float] = defaultdict(float)
    for customer, day, amount, _ in tables["orders"]:
        if start - YEAR < day <= start:
            amounts[customer] += float(amount)
    least = np.percentile([amount for amount in amounts.values() if amount > 0], 80)
    days = days_of(tables)
    best = [customer for customer, amount in amounts.items() if round(amount, 2) >= least]
    return [(customer, within(days[customer], period)) for customer in best]


def won_back(tables: dict[str, Rows], period: Period) -> Amounts:
    start, _ = period
    return [
        (customer, within(days, period))
        for customer, days in days_of(tables).items()
        if days[0] <= start and not within(days, (start - LAPSED, start))
    ]


def full_price(tables: dict[str, Rows], period: Period) -> Amounts:
    return [(one, not off) for one, day, _, off in tables["orders"] if within([day], period)]


def carts(tables: dict[str, Rows], period: Period) -> Amounts:
    return [
        (one, state != "abandoned")
        for one, day, state in tables["carts"]
        if state not in ("open", "emptied") and within([day + DECIDED], period)
    ]


def prospects(tables: dict[str, Rows], period: Period) -> Amounts:
    days = days_of(tables)
    return [
        (customer, within(days.get(customer, []), period))
        for customer, _, first_seen in tables["customers"]
        if first_seen and first_seen <= period[0]
        if not within(days.get(customer, []), (date.min, period[0]))
    ]


def scores(tables: dict[str, Rows], period: Period) -> Amounts:
    return [(one, float(score)) for one, day, score in tables["scores"] if within([day], period)]


METRICS: dict[str, Callable[[dict[str, Rows], Period], Amounts]] = {
    "second_purchase_share": second_purchases,
    "best_buyer_share": best_buyers,
    "won_back_share": won_back,
    "full_price_share": full_price,
    "cart_purchase_share": carts,
    "prospect_purchase_share": prospects,
    "satisfaction": scores,
}


def ratio(amounts: Amounts, is_share: bool) -> tuple[float, float]:
    """The mean over rows, and its variance from the residuals of customers."""
    of_customer: dict[str, list[float]] = defaultdict(list)
    for customer, amount in amounts:
        of_customer[customer].append(float(amount))
    if is_share:
        of_customer |= {"success": [1.0], "failure": [0.0]}
    rows = sum(map(len, of_customer.values()))
    mean = sum(map(sum, of_customer.values())) / rows
    residuals = [sum(values) - mean * len(values) for values in of_customer.values()]
    count = len(residuals)
    variance = count / (count - 1) * sum(value * value for value in residuals) / rows**2
    return mean, variance


@pytest.mark.parametrize("metric", METRICS)
def test_a_metric_is_what_its_definition_says(
    built: Project, tables: dict[str, Rows], metric: str
) -> None:
    [(today,)] = tables["day"]
    now, before = (
        METRICS[metric](tables, (last - PERIOD, last)) for last in (today, today - PERIOD)
    )
    [(unit, value, value_before, least, most, customers, customers_before, verdict)] = built.rows(
        "select unit, metric_value, metric_value_before, change_at_least, change_at_most, "
        f"customers, customers_before, verdict from goal_results where metric = '{metric}'"
    )
    assert customers == len({customer for customer, _ in now}) > 10
    assert customers_before == len({customer for customer, _ in before}) > 10
    assert float(value) == pytest.approx(ratio(now, False)[0], abs=6e-5)
    assert float(value_before) == pytest.approx(ratio(before, False)[0], abs=6e-5)
    if min(customers, customers_before) < 30:
        assert (least, most, verdict) == (None, None, "too_few")
        return
    (mean, variance), (mean_before, variance_before) = (
        ratio(amounts, unit == "share") for amounts in (now, before)
    )
    margin = 1.959964 * math.sqrt(variance + variance_before)
    assert float(least) == pytest.approx(mean - mean_before - margin, abs=6e-5)
    assert float(most) == pytest.approx(mean - mean_before + margin, abs=6e-5)
    assert verdict == ("better" if least > 0 else "worse" if most < 0 else "no_clear_change")


def test_the_interval_holds_a_true_change_in_19_of_20_cases() -> None:
    """Customers with one to five rows each, some of whom succeed more often than others."""
    random = np.random.default_rng(5)

    def sample(share: float, customers: int) -> Amounts:
        chances = random.beta(4 * share, 4 * (1 - share), customers)
        rows = random.integers(1, 6, customers)
        return [
            (str(customer), success)
            for customer in range(customers)
            for success in random.random(rows[customer]) < chances[customer]
        ]

    held = []
    for _ in range(1500):
        (now, variance), (before, variance_before) = (
            ratio(sample(share, customers), True) for share, customers in ((0.2, 60), (0.1, 40))
        )
        margin = 1.959964 * math.sqrt(variance + variance_before)
        held.append(abs(now - before - 0.1) <= margin)
    assert 0.93 < np.mean(held) < 0.97


def test_companies_have_no_year_before_in_the_sample(
    built: Project, tables: dict[str, Rows]
) -> None:
    [(today,)] = tables["day"]
    companies = {one for one, kind, _ in tables["customers"] if kind == "company"}
    amounts: dict[str, float] = defaultdict(float)
    for customer, day, amount, _ in tables["orders"]:
        if customer in companies and within([day], (today - YEAR, today)):
            amounts[customer] += float(amount)
    [row] = built.rows(
        "select metric_value, metric_value_before, customers, verdict from goal_results "
        "where metric = 'company_net_amount'"
    )
    assert min(day for _, day, *_ in tables["orders"]) > today - 2 * YEAR
    mean = sum(amounts.values()) / len(amounts)
    assert float(row[0]) == pytest.approx(mean, abs=6e-5)
    assert row[1:] == (None, len(amounts), "too_few")


def test_every_goal_has_a_row(built: Project) -> None:
    [(goals,)] = built.rows("select count(*) from goals")
    assert built.rows("select count(*), count(verdict) from goal_results") == [(goals, goals)]
    [(shown,)] = built.rows(
        "select count(*) from goal_results where metric_value is not null and customers < 10 "
        "or metric_value_before is not null and customers_before < 10"
    )
    assert shown == 0
