"""Purchase histories and models for the tests of customer value."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from customer_segmentation.value.beta_geometric import BgNbd, MbgNbd
from customer_segmentation.value.histories import Floats, Histories, distinct_histories
from customer_segmentation.value.models import PurchaseModel
from customer_segmentation.value.pareto_nbd import ParetoNbd

# Parameters of CDNOW.
BG = BgNbd(0.243, 4.414, 0.793, 2.426)
MBG = MbgNbd(0.525, 6.183, 0.891, 1.614)
PARETO = ParetoNbd(0.553, 10.578, 0.606, 11.668)
MODELS: tuple[BgNbd | MbgNbd | ParetoNbd, ...] = (BG, MBG, PARETO)

Row = tuple[int, float, float]


def rows_of_days(most_repeats: int = 40, most_days: int = 900) -> st.SearchStrategy[Row]:
    """Histories with purchases on different days: x, t_x and T in weeks."""

    def with_age(days: int) -> st.SearchStrategy[Row]:
        repeats = st.integers(0, min(most_repeats, days))
        return repeats.flatmap(
            lambda x: st.integers(x, days if x else 0).map(lambda last: (x, last / 7, days / 7))
        )

    return st.integers(0, most_days).flatmap(with_age)


def models() -> st.SearchStrategy[PurchaseModel]:
    """Models from nearly equal customers to customers that differ by orders of magnitude."""
    shapes, weeks = st.floats(0.05, 8.0), st.floats(0.5, 50.0)
    makers: list[Callable[..., PurchaseModel]] = [BgNbd, MbgNbd]
    return st.one_of(
        st.builds(
            lambda make, *of: make(*of), st.sampled_from(makers), shapes, weeks, shapes, shapes
        ),
        st.builds(ParetoNbd, shapes, weeks, shapes, weeks),
    )


def histories_of(rows: list[Row]) -> Histories:
    """The distinct histories of rows of x, t_x and T."""
    x, t_x, age = np.array(rows, dtype=np.float64).reshape(-1, 3).T
    return distinct_histories(x, t_x, age)


def random_rows(count: int, seed: int) -> Floats:
    """Random rows x, t_x, T: up to about 80 purchases in up to 150 weeks, a third without
    repeats.
    """
    generator = np.random.default_rng(seed)
    age = generator.uniform(1, 150, count)
    x = np.floor(generator.gamma(0.5, 12, count))
    t_x = np.where(x > 0, age * generator.beta(np.maximum(x, 1), 1), 0)
    return np.column_stack([x, t_x, age])


def assert_slopes(model: Any, data: Any, *names: str) -> None:
    """The slopes of a model are those of its likelihood."""
    for slope, name in zip(model.slope(data), names, strict=True):
        value, step = getattr(model, name), 1e-5 * getattr(model, name)
        up, down = (
            replace(model, **{name: value + sign * step}).log_likelihood(data) @ data.customers
            for sign in (1, -1)
        )
        assert slope == pytest.approx((up - down) / (2 * step), rel=1e-6)
