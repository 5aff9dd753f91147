"""Tests, effect sizes and agreement, compared with published figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import fisher_exact

from customer_segmentation.surveys.measures import (
    Difference,
    holm,
    kappa,
    nominal_difference,
    ordinal_difference,
)

# New York, May to September 1973 (R's data set airquality, which R's help of kruskal.test uses).
OZONE_BY_MONTH = """
41 36 12 18 28 23 19 8 7 16 11 14 18 14 34 6 30 11 1 11 4 32 23 45 115 37
29 71 39 23 21 37 20 12 13
135 49 32 64 40 77 97 97 85 10 27 7 48 35 61 79 63 16 80 108 20 52 82 50 64 59
39 9 16 78 35 66 122 89 110 44 28 65 22 59 23 31 44 21 9 45 168 73 76 118 84 85
96 78 73 91 47 32 20 23 21 24 44 21 28 9 13 46 18 13 24 16 13 23 36 7 14 30 14 18 20
"""
OZONE = [[float(value) for value in line.split()] for line in OZONE_BY_MONTH.split("\n") if line]
# Half-time of mucociliary clearance (Hollander and Wolfe 1973, page 116; R's help of kruskal.test).
CLEARANCE = [[2.9, 3.0, 2.5, 2.6, 3.2], [3.8, 2.7, 4.0, 2.4], [2.8, 3.4, 3.7, 2.2, 2.0]]
# Likert answers on three speakers (Mangiafico, R Handbook, Kruskal-Wallis test).
SPEAKERS: list[list[float]] = [
    [3, 5, 4, 4, 4, 4, 4, 4, 5, 5],
    [2, 4, 2, 2, 1, 2, 3, 2, 2, 3],
    [4, 4, 4, 4, 5, 3, 5, 4, 4, 3],
]
# Party by gender (Agresti 2007, table 2.5; R's help of chisq.test).
PARTY = [[762, 327, 468], [484, 239, 477]]
# Satisfaction by income (Agresti 2002, page 57; R's help of fisher.test).
JOBS = [[1, 3, 10, 6], [2, 3, 10, 7], [1, 6, 14, 12], [0, 1, 9, 11]]
# Arthritis by treatment (Koch and Edwards 1988; R's package vcd).
ARTHRITIS = [[29, 7, 7], [13, 7, 21]]
# Wives and husbands on fun (Agresti 1990, page 370; SexualFun of R's package vcd).
COUPLES = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]


def some(difference: Difference | None) -> Difference:
    assert difference is not None
    return difference


def counted(groups: list[list[float]]) -> NDArray[np.int64]:
    """A table of groups x values in ascending order."""
    values = sorted({value for group in groups for value in group})
    return np.array([[group.count(value) for value in values] for group in groups])


def kappa_of(table: list[list[int]]) -> float | None:
    size = range(len(table))
    pairs = [(str(row), str(column), table[row][column]) for row in size for column in size]
    stated, recorded, counts = zip(*pairs, strict=True)
    return kappa(stated, recorded, counts)


def test_party_and_gender_are_as_in_r() -> None:
    """X-squared = 30.07, df = 2, p-value = 2.954e-07."""
    found = some(nominal_difference(np.array(PARTY), seed=1))
    assert found.test == "chi_squared"
    assert found.statistic == pytest.approx(30.07, abs=0.005)
    assert found.degrees_of_freedom == 2
    assert found.p_value == pytest.approx(2.954e-07, rel=2e-4)


def test_small_expected_counts_use_drawn_tables() -> None:
    """X-squared = 5.9655, df = 9; Fisher's exact test over the same tables has .7827."""
    found = some(nominal_difference(np.array(JOBS), seed=1))
    assert found.test == "chi_squared_monte_carlo"
    assert found.statistic == pytest.approx(5.9655, abs=5e-5)
    assert found.degrees_of_freedom == 9
    assert found.p_value == pytest.approx(0.7827, abs=0.03)
    assert nominal_difference(np.array(JOBS), seed=1) == found
    again = some(nominal_difference(np.array(JOBS), seed=2))
    assert again.p_value == pytest.approx(found.p_value, abs=0.02)


def test_drawn_tables_agree_with_fishers_exact_test() -> None:
    """The lady tasting tea (Fisher 1935): 3 and 1 of 4, p = .4857 on two sides."""
    found = some(nominal_difference(np.array([[3, 1], [1, 3]]), seed=1))
    assert fisher_exact([[3, 1], [1, 3]]).pvalue == pytest.approx(0.4857, abs=5e-5)
    assert found.p_value == pytest.approx(0.4857, abs=0.015)


@pytest.mark.parametrize(("least", "test"), [(5, "chi_squared"), (4, "chi_squared_monte_carlo")])
def test_tables_are_drawn_when_fewer_than_five_are_expected(least: int, test: str) -> None:
    found = some(nominal_difference(np.array([[least, least], [9, 9]]), seed=1))
    assert found.test == test


def test_cramers_v_is_as_in_vcd() -> None:
    """assocstats: Pearson 13.055, df 2, P .0014626, Cramer's V .394."""
    found = some(nominal_difference(np.array(ARTHRITIS), seed=1))
    assert found.statistic == pytest.approx(13.055, abs=5e-4)
    assert found.p_value == pytest.approx(0.0014626, abs=5e-8)
    assert found.effect_size == pytest.approx(0.394, abs=5e-4)


@pytest.mark.parametrize(
    ("groups", "statistic", "degrees_of_freedom", "p_value"),
    [
        (OZONE, 29.267, 4, 6.901e-06),
        (CLEARANCE, 0.77143, 2, 0.68),
        (SPEAKERS, 16.842, 2, 0.0002202),
    ],
    ids=["ozone", "clearance", "speakers"],
)
def test_kruskal_wallis_is_as_in_r(
    groups: list[list[float]], statistic: float, degrees_of_freedom: int, p_value: float
) -> None:
    found = some(ordinal_difference(counted(groups)))
    assert found.test == "kruskal_wallis"
    assert found.statistic == pytest.approx(statistic, rel=4e-5)
    assert found.degrees_of_freedom == degrees_of_freedom
    assert found.p_value == pytest.approx(p_value, rel=3e-4)


def test_epsilon_squared_is_as_in_rcompanion() -> None:
    """Mangiafico, R Handbook: epsilonSquared is .581."""
    found = some(ordinal_difference(counted(SPEAKERS)))
    assert found.effect_size == pytest.approx(0.581, abs=5e-4)


def test_holm_is_as_published() -> None:
    """The example of pingouin.holm."""
    assert holm([0.5, 0.003, 0.32, 0.054, 0.0003]) == pytest.approx(
        [0.64, 0.012, 0.64, 0.162, 0.0015]
    )
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_lies_between_p_and_bonferroni(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    for p, value in zip(p_values, adjusted, strict=True):
        assert p <= value <= min(1.0, p * len(p_values)) + 1e-12
    by_p = sorted(zip(p_values, adjusted, strict=True))
    assert [value for _, value in by_p] == sorted(adjusted)


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # fmsb's Kappa.test.
        ([[10, 1], [1, 10]], 0.8181818),
        # Fleiss, Levin and Paik 2003, table 18.1, diagnoses by two raters.
        ([[75, 1, 4], [5, 4, 1], [0, 0, 10]], 0.6765),
        # vcd's Kappa, unweighted.
        (COUPLES, 0.1293),
    ],
    ids=["fmsb", "fleiss", "couples"],
)
def test_kappa_is_as_published(table: list[list[int]], expected: float) -> None:
    assert kappa_of(table) == pytest.approx(expected, abs=5e-5)


def test_a_single_label_has_no_kappa() -> None:
    assert kappa_of([[10, 0], [0, 0]]) is None


@pytest.mark.parametrize("table", [[[5, 5]], [[5], [9]], [[5, 0], [9, 0]], [[5, 5], [0, 0]]])
def test_one_group_or_one_answer_cannot_differ(table: list[list[int]]) -> None:
    assert nominal_difference(np.array(table), seed=1) is None
    assert ordinal_difference(np.array(table)) is None


@pytest.mark.parametrize("table", [[[20, 0], [0, 30]], [[20, 0, 0], [0, 30, 4]]])
def test_groups_without_a_common_answer_have_maximum_effect(table: list[list[int]]) -> None:
    found = some(nominal_difference(np.array(table), seed=1))
    assert found.effect_size == pytest.approx(1)
