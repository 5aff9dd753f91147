"""Purchase histories: the input of the models, once per distinct history.

The models use three numbers: the repeat purchases x, the weeks t_x from the first to the last
purchase, and the weeks T from the first purchase to today. Customers with the same numbers have the
same results, so everything is computed once per distinct history and weighted by its customers.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Histories:
    """Distinct purchase histories, sorted by repeats, recency and age.

    The order is part of the type: sums are the same in every bit for any order of the given rows.

    repeats    purchases after the first one (x), whole numbers from 0
    recency    weeks from the first to the last purchase (t_x), 0 for a single purchase
    age        weeks from the first purchase to today (T)
    customers  number of customers with the history, from 1
    row        for each row given to ``distinct_histories``, the position of its history here
    """

    repeats: Floats
    recency: Floats
    age: Floats
    customers: Integers
    row: Integers
    # The distinct numbers of repeats, ascending, and the number of histories with each.
    repeat_levels: Floats = field(init=False)
    level_sizes: Integers = field(init=False)

    def __post_init__(self) -> None:
        """Finds the levels once, because gamma functions only depend on them."""
        levels, sizes = np.unique(self.repeats, return_counts=True)
        object.__setattr__(self, "repeat_levels", levels)
        object.__setattr__(self, "level_sizes", sizes)

    def __len__(self) -> int:
        """The number of distinct histories."""
        return len(self.repeats)

    @property
    def customer_count(self) -> int:
        """The number of customers."""
        return int(self.customers.sum())

    def take(self, chosen: npt.NDArray[np.bool_]) -> "Histories":
        """The chosen histories, in their order; ``row`` are their positions here."""
        return Histories(
            self.repeats[chosen],
            self.recency[chosen],
            self.age[chosen],
            self.customers[chosen],
            np.flatnonzero(chosen),
        )

    def by_level(self, values: Floats) -> Floats:
        """A value per level of repeats, copied to each history of that level."""
        return np.repeat(values, self.level_sizes)


def distinct_histories(
    repeats: npt.ArrayLike,
    recency: npt.ArrayLike,
    age: npt.ArrayLike,
    customers: npt.ArrayLike | None = None,
) -> Histories:
    """Sorts and counts histories; rows may repeat, ``customers`` is 1 each by default.

    ``repeats`` are purchases, ``recency`` and ``age`` weeks. Raises ValueError with the broken rule
    and its number of rows. All numbers must be finite, repeats whole numbers, customers whole
    numbers from 1, 0 <= t_x <= T, and x = 0 exactly if t_x = 0.
    """
    x, t_x, age_weeks = (_column(values) for values in (repeats, recency, age))
    count = np.ones(len(x)) if customers is None else _column(customers)
    if not len(x) == len(t_x) == len(age_weeks) == len(count):
        raise ValueError("repeats, recency, age and customers must have the same length")
    finite = np.isfinite(x) & np.isfinite(t_x) & np.isfinite(age_weeks) & np.isfinite(count)
    require(finite, "x, t_x, T and customers are finite numbers")
    require((x >= 0) & (x == np.floor(x)), "x is a whole number from 0")
    require((count >= 1) & (count == np.floor(count)), "customers is a whole number from 1")
    require((t_x >= 0) & (t_x <= age_weeks), "0 <= t_x <= T")
    require((x == 0) == (t_x == 0), "x = 0 exactly when t_x = 0")
    (x, t_x, age_weeks), totals, row = count_distinct((x, t_x, age_weeks), count)
    return Histories(x, t_x, age_weeks, totals, row)


def count_distinct(
    columns: tuple[Floats, ...], counts: Floats
) -> tuple[tuple[Floats, ...], Integers, Integers]:
    """The distinct rows in ascending order, their counts, and each row's position among them."""
    order = np.lexsort(columns[::-1])
    # Adding 0 makes -0.0 the same bits as 0.0.
    columns = tuple(column[order] + 0.0 for column in columns)
    is_new = np.zeros(len(order), dtype=bool)
    is_new[:1] = True
    for column in columns:
        is_new[1:] |= column[1:] != column[:-1]
    starts = np.flatnonzero(is_new)
    totals = np.add.reduceat(counts[order].astype(np.int64), starts) if len(starts) else starts
    row = np.empty(len(order), dtype=np.int64)
    row[order] = np.cumsum(is_new) - 1
    return tuple(column[starts] for column in columns), totals.astype(np.int64), row


def require(holds: npt.NDArray[np.bool_], rule: str) -> None:
    """Raises ValueError with the rule and the number of rows that break it, and no values."""
    broken = int(np.count_nonzero(~holds))
    if broken:
        raise ValueError(f"{broken:,} of {len(holds):,} rows break the rule: {rule}")


def _column(values: npt.ArrayLike) -> Floats:
    column: npt.NDArray[Any] = np.asarray(values)
    if column.ndim != 1:
        raise ValueError("a column must have one dimension")
    return column.astype(np.float64)
