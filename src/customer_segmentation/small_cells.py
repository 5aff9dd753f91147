"""Decide which cells of published aggregates are hidden, so that no sum shows a few people."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve
from threadpoolctl import threadpool_limits

from customer_segmentation.relations import schema

PLACE = ("market_region", "country_code", "region")
CELL_SCHEMA = schema(
    "cell bigint, kind string, market_region string, country_code string, region string, "
    "segmentation string, segment string, category string, customers bigint, buyers bigint"
)
# The columns in common of cells of a kind that have a sum.
GROUPS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "segment": (("segmentation",),),
    "region": ((),),
    "category": ((),),
    "region_segment": (("segmentation", *PLACE), ("segmentation", "segment")),
    "region_category": (PLACE, ("category",)),
    "region_segment_category": (
        ("segmentation", *PLACE, "category"),
        ("segmentation", *PLACE, "segment"),
        ("segmentation", "segment", "category"),
    ),
    "segment_category": (("segmentation", "category"), ("segmentation", "segment")),
    "cohort": (("segmentation", "category"),),
}
# Cells of other amounts, which no sum of the others contains. Each age (category) of cohorts has
# amounts of its own.
_COHORT = "cohort"
# The kind of cell that contains a cell. All cells in a hidden cell are hidden.
PARENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "region_segment": ("region", PLACE),
    "region_category": ("category", ("category",)),
    "region_segment_category": ("region_category", (*PLACE, "category")),
    "segment_category": ("category", ("category",)),
}

# A sum of random numbers (of size 1) below this limit is 0; rounding makes 1e-10 of 0.
_ZERO = 1e-6
_RIDGE = 1e-9
# Half, less the error of rounding.
_HALF = 0.499
# Above this number of cells, checking all sums together takes too long.
_MOST_SHOWN_CELLS = 5_000
# Maximum of sets in a round, because each takes memory for all amounts.
_MOST_SETS = 200


@dataclass(frozen=True)
class _System:
    # Cells and the total as sums (rows) of unknown amounts (columns), groups as sums of cells, and
    # the person of each amount.
    cells: sparse.csr_matrix
    groups: sparse.csr_matrix
    people: sparse.csr_matrix
    # The rows that were shown at first, and the products of each pair of them.
    shown: NDArray[np.int64]
    products: NDArray[np.float64]


def hidden_cells(rows: pa.Table, least: int) -> pa.Table:
    """The cells whose amounts are hidden (``CELL_SCHEMA``).

    A cell is hidden if it has fewer than ``least`` customers, or at least one but fewer than
    ``least`` buyers. Every cell within a hidden cell is hidden too (``PARENTS``). A reader can add
    and subtract the shown cells and the total. The result must not be the amount of one customer,
    of a small hidden cell, or of hidden cells of a group (``GROUPS``) that are small together.
    Otherwise the smallest cell of the calculation is hidden too. The reader is assumed to know the
    customers of each cell. Without customers, and above 5,000 shown cells, only subtraction within
    groups is considered.

    Args:
        rows: one row per cell and customer in it, and one for a cell without customers: the columns
            of ``CELL_SCHEMA``, customer_id and is_buyer. A sample of the customers is enough: if
            their amounts stay unknown, all amounts do. No customers if there are too many.
        least: the minimum of customers whose amount is shown; 1 hides nothing.
    """
    frame = rows.to_pandas().sort_values("cell")
    # Numbers in the order of the keys; -1 stands for no customer.
    frame["customer_id"] = pd.factorize(frame["customer_id"], sort=True)[0]
    amounts = frame["category"].where(frame["kind"] == _COHORT)
    parts = [part for _, part in frame.groupby(amounts, dropna=False)] or [frame]
    return pa.concat_tables([_hidden_cells(part, least) for part in parts])


def _hidden_cells(rows: pd.DataFrame, least: int) -> pa.Table:
    frame = rows.reset_index(drop=True)
    cells = frame[CELL_SCHEMA.names].drop_duplicates("cell").reset_index(drop=True)
    members = frame.loc[frame["customer_id"] >= 0].astype({"is_buyer": bool})
    customers, buyers = cells["customers"].to_numpy(np.int64), cells["buyers"].to_numpy(np.int64)
    hidden = _are_few(customers, buyers, least)
    hidden &= least > 1
    if least > 1 and len(cells):
        parents = _parents(cells)
        hidden = _with_children(hidden, parents)
        if len(members) and (~hidden).sum() <= _MOST_SHOWN_CELLS:
            systems = _systems(cells, members, np.flatnonzero(~hidden))
            # Two threads wait for each other: 32 CPU seconds on the sample instead of 4.
            with threadpool_limits(limits=1):
                hidden = _hidden_from_all(systems, parents, customers, least, hidden)
        else:
            groups = _groups(cells)
            while (found := _exposed_by_groups(groups, customers, buyers, least, hidden)).size:
                hidden[found] = True
                hidden = _with_children(hidden, parents)
    return pa.Table.from_pandas(cells[hidden], CELL_SCHEMA, preserve_index=False)


def _parents(cells: pd.DataFrame) -> NDArray[np.int64]:
    parents = np.full(len(cells), -1)
    present = set(cells["kind"])
    for kind, (parent_kind, columns) in PARENTS.items():
        if kind not in present:
            continue
        of_kind = cells.index[cells["kind"] == kind]
        above = cells.loc[cells["kind"] == parent_kind, list(columns)].reset_index(names="parent")
        found = cells.loc[of_kind, list(columns)].merge(above, on=list(columns), how="left")
        parents[of_kind] = found["parent"]
    return parents


def _with_children(hidden: NDArray[np.bool_], parents: NDArray[np.int64]) -> NDArray[np.bool_]:
    for _ in PARENTS:
        hidden = hidden | ((parents >= 0) & hidden[parents])
    return hidden


def _systems(cells: pd.DataFrame, members: pd.DataFrame, shown: NDArray[np.int64]) -> list[_System]:
    places = np.searchsorted(cells["cell"], members["cell"])
    customers = members["customer_id"].to_numpy(np.int64)
    people, first, person = np.unique(customers, return_index=True, return_inverse=True)
    categories = pd.factorize(members["category"], sort=True)[0]
    is_part = categories >= 0
    # A customer has an amount per category; customers without a category have one amount.
    width = int(categories.max(initial=-1)) + 2
    keys = person * width + categories + 1
    amounts = np.unique(keys[is_part | ~np.isin(person, person[is_part])])
    owners = amounts // width
    owned = _ones(np.arange(len(amounts)), owners, (len(amounts), len(people)))
    whole = _ones(places[~is_part], person[~is_part], (len(cells), len(people)))
    of_parts = np.searchsorted(amounts, keys[is_part])
    parts = _ones(places[is_part], of_parts, (len(cells), len(amounts)))
    total = sparse.csr_matrix(np.ones((1, len(amounts))))
    sums = sparse.vstack([whole @ owned.T + parts, total]).tocsr()
    groups = _groups(cells)
    # A reader may or may not know that customers who did not buy have no amount.
    bought = np.flatnonzero(members["is_buyer"].to_numpy()[first][owners])
    return [
        _system(sums, groups, owned, shown),
        _system(sums[:, bought].tocsr(), groups, owned[bought], shown),
    ]


def _system(
    cells: sparse.csr_matrix,
    groups: sparse.csr_matrix,
    people: sparse.csr_matrix,
    shown: NDArray[np.int64],
) -> _System:
    shown = np.append(shown, cells.shape[0] - 1)
    rows = cells[shown]
    return _System(cells, groups, people, shown, (rows @ rows.T).toarray())


def _groups(cells: pd.DataFrame) -> sparse.csr_matrix:
    groups = []
    present = set(cells["kind"])
    for kind, listing in GROUPS.items():
        if kind not in present:
            continue
        of_kind = cells.loc[cells["kind"] == kind]
        for columns in listing:
            by = of_kind.groupby(list(columns) or "kind", sort=False)
            codes = by.ngroup().to_numpy(np.int64)
            shape = (int(codes.max(initial=-1)) + 1, len(cells))
            groups.append(_ones(codes, of_kind.index, shape))
    return sparse.vstack(groups).tocsr()


def _ones(rows: ArrayLike, columns: ArrayLike, shape: tuple[int, int]) -> sparse.csr_matrix:
    places = np.asarray(rows), np.asarray(columns)
    return sparse.csr_matrix((np.ones(len(places[0])), places), shape=shape)


def _are_few(
    customers: NDArray[np.int64], buyers: NDArray[np.int64], least: int
) -> NDArray[np.bool_]:
    return (customers < least) | ((buyers > 0) & (buyers < least))


def _exposed_by_groups(
    groups: sparse.csr_matrix,
    customers: NDArray[np.int64],
    buyers: NDArray[np.int64],
    least: int,
    hidden: NDArray[np.bool_],
) -> NDArray[np.int64]:
    # A reader knows the total of each group and subtracts shown cells and earlier results.
    unknown = hidden.copy()
    passed = np.zeros(groups.shape[0], dtype=bool)
    while True:
        left = groups @ unknown
        few = (left > 0) & _are_few(
            groups @ (unknown * customers), groups @ (unknown * buyers), least
        )
        found = unknown & (groups[left == 1].sum(axis=0).A1 > 0)
        if few.any() or not found.any():
            break
        passed |= left == 1
        unknown &= ~found
    # Only groups that an earlier result led to, if there are any.
    exposed = passed if few.any() and passed.any() else few
    # The smallest shown cell of each exposed group; two groups may share it.
    places = groups[exposed].tocoo()
    order = np.argsort(customers, kind="stable")
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    shown = pd.DataFrame({"group": places.row, "rank": rank[places.col]})[~hidden[places.col]]
    return np.unique(order[shown.groupby("group")["rank"].min().to_numpy(np.int64)])


def _hidden_from_all(
    systems: list[_System],
    parents: NDArray[np.int64],
    customers: NDArray[np.int64],
    least: int,
    hidden: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    # Hides cells until the sums of the others determine no set.
    is_final = False
    while not is_final:
        is_final = True
        for system in systems:
            sets = _sets_of_few(system, hidden, least)
            # A determined set may be so in another way, too. To list all sets again takes longer.
            while sets.shape[0]:
                sums = _Sums(system, np.flatnonzero(~hidden))
                sets = sums.determined(sets)
                found = _cells_to_hide(sums.weights(sets[:_MOST_SETS]), customers, hidden)
                if not found.size:
                    # The total alone determines these sets.
                    sets = sets[_MOST_SETS:]
                    continue
                is_final = False
                hidden[found] = True
                hidden = _with_children(hidden, parents)
    return hidden


def _cells_to_hide(
    weights: NDArray[np.float64], customers: NDArray[np.int64], hidden: NDArray[np.bool_]
) -> NDArray[np.int64]:
    # ``weights``: of each shown cell (row) in each determined set (column).
    found: set[int] = set()
    order = np.argsort(customers, kind="stable")
    shown = np.flatnonzero(~hidden)
    for of_set in np.abs(weights).T:
        # Sums that can replace each other have small weights, so cells from half of the largest
        # weight on are needed too (four may replace one, two another).
        needed = np.zeros(len(hidden), dtype=bool)
        needed[shown] = of_set > max(_HALF * of_set.max(initial=0), _ZERO)
        # The cells that this round already hides may be enough.
        if not found.intersection(np.flatnonzero(needed).tolist()):
            found.update(order[needed[order]][:1].tolist())
    return np.array(sorted(found), dtype=np.int64)


def _sets_of_few(system: _System, hidden: NDArray[np.bool_], least: int) -> sparse.csr_matrix:
    pools = system.groups @ sparse.diags(hidden.astype(np.float64)) @ system.cells[:-1]
    one = sparse.eye(system.people.shape[0])
    listing = [system.cells[np.flatnonzero(hidden)], pools, system.people.T, one]
    sets = sparse.vstack(listing).tocsr()
    sets.data[:] = 1
    people = np.diff((sets @ system.people).tocsr().indptr)
    few = sets[np.flatnonzero((people > 0) & (people < least))]
    few.sort_indices()
    ends = few.indptr
    keys = [few.indices[ends[row] : ends[row + 1]].tobytes() for row in range(few.shape[0])]
    return few[sorted({key: row for row, key in enumerate(keys)}.values())]


class _Sums:
    # The span of the shown sums and of the total.
    def __init__(self, system: _System, shown: NDArray[np.int64]) -> None:
        places = np.append(shown, system.cells.shape[0] - 1)
        self._cells, self._places = system.cells, places
        rows = np.searchsorted(system.shown, places)
        squares = system.products[np.ix_(rows, rows)]
        self._scale = 1 / np.sqrt(np.maximum(squares.diagonal(), 1))[:, None]
        self._squares = squares * self._scale * self._scale.T
        self._factor = cho_factor(
            self._squares + _RIDGE * np.eye(len(places)), overwrite_a=True, check_finite=False
        )

    def determined(self, sets: sparse.csr_matrix) -> sparse.csr_matrix:
        # The sets (rows) whose sums the shown sums determine: no change of amounts that changes no
        # shown sum changes theirs.
        noise = np.random.default_rng(0).standard_normal((sets.shape[1], 1))
        unseen = noise - self._nearest(noise)
        return sets[np.flatnonzero(np.abs(sets @ unseen) < _ZERO)]

    def _nearest(self, target: NDArray[np.float64]) -> NDArray[np.float64]:
        # The projection of the target (a column of amounts) on the shown sums.
        counts = np.zeros((self._cells.shape[0], 1))
        counts[self._places] = self._weights((self._cells @ target)[self._places])
        nearest: NDArray[np.float64] = self._cells.T @ counts
        return nearest

    def weights(self, targets: sparse.csr_matrix) -> NDArray[np.float64]:
        # The weight of each shown sum in each target (a row), as the shortest solution.
        return self._weights((self._cells @ targets.T).tocsr()[self._places].toarray())[:-1]

    def _weights(self, products: NDArray[np.float64]) -> NDArray[np.float64]:
        # In the space of the sums, which is far smaller than that of the amounts.
        products = self._scale * products
        found = np.zeros_like(products)
        # Each round removes the error that the ridge left.
        for _ in range(4):
            found += cho_solve(self._factor, products - self._squares @ found, check_finite=False)
        return self._scale * found
