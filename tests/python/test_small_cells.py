"""Hidden cells of published aggregates, and attacks that try to calculate them."""

from collections.abc import Iterable

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from project import Project

from customer_segmentation.small_cells import CELL_SCHEMA, hidden_cells

KEYS = ["market_region", "country_code", "region", "segmentation", "segment", "category"]
PRIME = 2_147_483_647

Member = tuple[str, dict[str, str], str, bool]


def rows_of(members: Iterable[Member]) -> pa.Table:
    """Rows of protected_members: kind, keys, customer, whether a buyer."""
    rows = [
        {"kind": kind, **dict.fromkeys(KEYS), **keys, "customer_id": customer, "is_buyer": buyer}
        for kind, keys, customer, buyer in members
    ]
    frame = pd.DataFrame(rows, columns=["kind", *KEYS, "customer_id", "is_buyer"])
    by = frame.groupby(["kind", *KEYS], dropna=False)
    frame["cell"] = by.ngroup()
    frame["customers"] = by["customer_id"].transform("size")
    frame["buyers"] = by["is_buyer"].transform("sum")
    schema = pa.schema([*CELL_SCHEMA, ("customer_id", pa.string()), ("is_buyer", pa.bool_())])
    return pa.Table.from_pandas(frame, schema, preserve_index=False)


def segments(segmentation: str, sizes: dict[str, int], buyers: int | None = None) -> list[Member]:
    """Customers 0, 1, ... in consecutive segments; the first of each segment are buyers."""
    members: list[Member] = []
    for segment, size in sizes.items():
        keys = {"segmentation": segmentation, "segment": segment}
        for number in range(size):
            is_buyer = buyers is None or number < buyers
            members.append(("segment", keys, f"{len(members):04}", is_buyer))
    return members


def hidden_keys(members: Iterable[Member], least: int = 10, with_members: bool = True) -> set[str]:
    rows = rows_of(members)
    if not with_members:
        frame = rows.to_pandas().drop_duplicates("cell")
        frame[["customer_id", "is_buyer"]] = None
        rows = pa.Table.from_pandas(frame, rows.schema, preserve_index=False)
    hidden = hidden_cells(rows, least).to_pandas()
    return {"/".join(key for key in row if key) for row in hidden[KEYS].fillna("").to_numpy()}


# With the customers of each cell, and without them, as in large shops.
@pytest.mark.parametrize("with_members", [True, False])
@pytest.mark.parametrize(
    ("sizes", "buyers", "hidden"),
    [
        ({"x": 10, "y": 10, "z": 30}, None, set()),
        ({"x": 9, "y": 10, "z": 30, "w": 11}, None, {"a/x", "a/y"}),
        ({"x": 10, "y": 10, "z": 30, "w": 11}, None, set()),
        # Together they are large, or not.
        ({"x": 5, "y": 5, "z": 30}, None, {"a/x", "a/y"}),
        ({"x": 5, "y": 4, "z": 30, "w": 40}, None, {"a/x", "a/y", "a/z"}),
        ({"x": 9}, None, {"a/x"}),
        ({"x": 10}, None, set()),
        ({"x": 30, "y": 40}, 9, {"a/x", "a/y"}),
        ({"x": 30, "y": 40}, 10, set()),
        ({"x": 30, "y": 40}, 0, set()),
        ({}, None, set()),
    ],
)
def test_a_small_cell_hides_the_next_smallest(
    sizes: dict[str, int], buyers: int | None, hidden: set[str], with_members: bool
) -> None:
    assert hidden_keys(segments("a", sizes, buyers), with_members=with_members) == hidden


@pytest.mark.parametrize("with_members", [True, False])
def test_a_minimum_of_one_hides_nothing(with_members: bool) -> None:
    assert hidden_keys(segments("a", {"x": 1, "y": 40}), 1, with_members) == set()


def test_a_cell_that_another_segmentation_shows_does_not_protect() -> None:
    """x and y of a together are u of b, so y of a must be hidden; z does not help."""
    members = segments("a", {"x": 4, "y": 20, "z": 12}) + segments("b", {"u": 24, "v": 12})
    assert hidden_keys(members) == {"a/x", "a/y"}
    # If y is also a cell of b, one cell of each must be hidden.
    members = segments("a", {"x": 4, "y": 20, "z": 12}) + segments("b", {"u": 4, "v": 20, "w": 12})
    assert hidden_keys(members) == {"a/x", "a/z", "b/u", "b/w"}


def test_the_difference_of_large_cells_is_not_one_customer() -> None:
    members = segments("a", {"x": 20, "y": 40}) + segments("b", {"u": 21, "v": 39})
    assert hidden_keys(members) == {"a/x", "b/u", "b/v"}
    members = segments("a", {"x": 20, "y": 40}) + segments("b", {"u": 20, "v": 40})
    assert hidden_keys(members) == set()


def test_cohorts_are_protected_by_age_and_over_breakdowns() -> None:
    """At age 1, channel and month differ in one buyer; at age 0 they are the same."""
    members: list[Member] = []
    for number in range(60):
        for breakdown, split in {"channel": 20, "month": 21}.items():
            for age in ("0", "1"):
                # Age 0 is the same in both breakdowns.
                cohort = "x" if number < (split if age == "1" else 20) else "y"
                keys = {"segmentation": breakdown, "segment": cohort, "category": age}
                members.append(("cohort", keys, f"{number:04}", True))
    assert hidden_keys(members) == {"channel/x/1", "month/x/1", "month/y/1"}
    # Other amounts of the same people do not matter.
    assert hidden_keys([*members, *segments("a", {"x": 19, "y": 41})]) == hidden_keys(members)


def test_cells_within_a_hidden_cell_are_hidden() -> None:
    large = {"market_region": "m", "country_code": "c", "region": "large"}
    small = {"market_region": "m", "country_code": "c", "region": "small"}
    rfm = {"segmentation": "rfm", "segment": "loyal"}
    members: list[Member] = []
    for number in range(60):
        place = small if number < 9 else {**large, "region": f"large {number % 2}"}
        customer = f"{number:04}"
        members += [
            ("region", place, customer, True),
            ("region_segment", {**place, **rfm}, customer, True),
            ("category", {"category": "toys"}, customer, True),
            ("region_category", {**place, "category": "toys"}, customer, True),
            ("region_segment_category", {**place, **rfm, "category": "toys"}, customer, True),
        ]
    found = hidden_keys(members)
    regions = {key.split("/")[2] for key in found}
    assert "small" in regions
    assert len(regions) == 2, "one other region is hidden with it"
    for region in regions:
        inside = f"m/c/{region}"
        assert found >= {
            inside,
            f"{inside}/rfm/loyal",
            f"{inside}/toys",
            f"{inside}/rfm/loyal/toys",
        }


def regional(sizes: dict[tuple[str, str], int]) -> list[Member]:
    """Customers in regions and segments, as the table of demand by region has them."""
    members: list[Member] = []
    for (region, segment), size in sizes.items():
        place = {"market_region": "m", "country_code": "c", "region": region}
        keys = {"segmentation": "rfm", "segment": segment}
        for number in range(size):
            customer = f"{region} {segment} {number}"
            members += [
                ("segment", keys, customer, True),
                ("region", place, customer, True),
                ("region_segment", {**place, **keys}, customer, True),
            ]
    return members


def test_a_small_cell_is_protected_in_row_and_column() -> None:
    sizes = {(region, segment): 20 for region in "ABC" for segment in ("x", "y", "z")}
    sizes["A", "x"] = 4
    found = hidden_keys(regional(sizes), with_members=False)
    assert len(found) == 4, "the corners of a rectangle"
    assert "m/c/A/rfm/x" in found
    regions = [key.split("/")[2] for key in found]
    names = [key.split("/")[4] for key in found]
    assert {regions.count(name) for name in regions} == {names.count(name) for name in names} == {2}


def test_repeated_subtraction_is_considered() -> None:
    """A large cell alone in its row is known, so it does not protect its column."""
    sizes = {(region, segment): 40 for region in "ABC" for segment in ("x", "y", "z")}
    sizes |= {("A", "x"): 4, ("A", "y"): 20, ("B", "x"): 21}
    found = hidden_keys(regional(sizes), with_members=False)
    unknown = {key for key in found if "rfm" in key}
    left = set(unknown)
    while True:
        alone = {
            key
            for key in left
            for side in (2, 4)
            if sum(other.split("/")[side] == key.split("/")[side] for other in left) == 1
        }
        if not alone:
            break
        left -= alone
    assert "m/c/A/rfm/x" in left


class Sums:
    """The span of 0/1 rows, by elimination modulo a prime; it has no false positives."""

    def __init__(self, rows: NDArray[np.int64]) -> None:
        self.rows = rows % PRIME
        self.pivots: list[int] = []
        for row in range(len(self.rows)):
            columns = np.flatnonzero(self.rows[row])
            if len(columns):
                pivot = columns[0]
                inverse = pow(int(self.rows[row, pivot]), -1, PRIME)
                self.rows[row] = self.rows[row] * inverse % PRIME
                factors = self.rows[:, pivot].copy()
                factors[row] = 0
                touched = np.flatnonzero(factors)
                self.rows[touched] -= factors[touched, None] * self.rows[row] % PRIME
                self.rows[touched] %= PRIME
                self.pivots.append(pivot)
        self.rows = self.rows[self.rows.any(axis=1)]

    def determine(self, sets: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether the sum of each row follows from the others."""
        left = sets % PRIME
        for row, pivot in zip(self.rows, self.pivots, strict=True):
            touched = np.flatnonzero(left[:, pivot])
            left[touched] = (left[touched] - left[touched, pivot, None] * row % PRIME) % PRIME
        return np.asarray(~left.any(axis=1))


def incidence(rows: pd.DataFrame, cells: pd.Series, customers: pd.Index) -> NDArray[np.int64]:
    matrix = np.zeros((len(cells), len(customers)), dtype=np.int64)
    places = pd.Series(range(len(cells)), index=cells)
    matrix[places[rows["cell"]], customers.get_indexer(pd.Index(rows["customer_id"]))] = 1
    return matrix


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 4), min_size=40, max_size=40), min_size=1, max_size=3),
    st.integers(2, 12),
    # Sets at a time.
    st.sampled_from([1, 200]),
)
def test_sums_of_shown_cells_hide_small_cells(
    labels: list[list[int]], least: int, most_sets: int
) -> None:
    members: list[Member] = [
        ("segment", {"segmentation": str(number), "segment": str(label)}, f"{customer:02}", True)
        for number, of_segmentation in enumerate(labels)
        for customer, label in enumerate(of_segmentation)
    ]
    rows = rows_of(members)
    frame = rows.to_pandas()
    cells = frame.drop_duplicates("cell").sort_values("cell")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("customer_segmentation.small_cells._MOST_SETS", most_sets)
        hidden = hidden_cells(rows, least)["cell"].to_pylist()
    decisions = cells["cell"].isin(hidden).to_numpy()
    sizes = cells["customers"].to_numpy()
    assert decisions[sizes < least].all()
    matrix = incidence(frame, cells["cell"], pd.Index(sorted(set(frame.customer_id))))
    shown = Sums(np.vstack([matrix[~decisions], np.ones((1, matrix.shape[1]), dtype=np.int64)]))
    protected = list(matrix[sizes < least])
    for segmentation in set(cells["segmentation"]):
        of_it = (cells["segmentation"] == segmentation).to_numpy()
        pool = matrix[of_it & decisions].sum(axis=0)
        if 0 < pool.sum() < least:
            protected.append(pool)
    assert not protected or not shown.determine(np.array(protected)).any()


PLACE = "market_region || '/' || country_code || '/' || region"
# The published cells and their amounts, one per customer and category.
ATTACK = f"""
    create temp table customers as
    select
        customer_id, coalesce(market_region, 'unknown') || '/' || coalesce(country_code, 'unknown')
        || '/' || coalesce(region, 'unknown') as place,
        window_orders > 0 as is_buyer
    from segments_intermediate.customer_features
    union all
    -- Purchases of customers who object to profiling are in the totals.
    select customer_id, 'unknown/unknown/unknown', coalesce(window_orders > 0, false)
    from segments_intermediate.int_profiling_objections
    left join segments_intermediate.int_customer_orders using (customer_id);

    create temp table amounts as
    select customer_id, coalesce(category, '') as category, is_buyer
    from customers
    left join segments_intermediate.int_customer_categories using (customer_id);

    create temp table segments as
    select customer_id, segmentation, segment
    from published_file.fct_customer_segments
    where is_primary;

    create temp table published as
    select
        '' as place, segmentation, segment, '' as category, customers, hidden_customers, net_amount
    from published_file.agg_segment_profiles
    union all
    select {PLACE}, segmentation, segment, '', customers, hidden_customers, net_amount
    from published_file.agg_region_demand
    union all
    select {PLACE}, segmentation, segment, category, customers, hidden_customers, net_amount
    from published_file.agg_region_category_demand;

    create temp table members as
    select '' as place, segmentation, segment, '' as category, customer_id, category as part
    from segments
    inner join amounts using (customer_id)
    union all
    select place, segmentation, segment, '', customer_id, category
    from segments
    inner join customers using (customer_id)
    inner join amounts using (customer_id)
    where segmentation in ('rfm', 'lifecycle')
    union all
    select place, segmentation, segment, category, customer_id, category
    from segments
    inner join customers using (customer_id)
    inner join amounts using (customer_id)
    where segmentation in ('rfm', 'lifecycle') and category <> '';
"""


@pytest.mark.end_to_end
@pytest.mark.parametrize("knows_buyers", [False, True])
def test_nobody_can_calculate_what_the_sample_hides(built: Project, knows_buyers: bool) -> None:
    """The attacker knows the customers of each cell, and perhaps who did not buy."""
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        connection.execute(f"attach '{built.published}' as published_file (read_only)")
        connection.execute(ATTACK)
        published = connection.execute("from published").fetchdf()
        members = connection.execute("from members").fetchdf()
        amounts = connection.execute("from amounts order by all").fetchdf()
        companies = connection.execute(
            "select customer_id from segments_intermediate.customer_features "
            "where customer_kind = 'company'"
        ).fetchdf()["customer_id"]
        [(has_companies,)] = connection.execute(
            "select metric_value is not null from published_file.goal_results "
            "where metric = 'company_net_amount'"
        ).fetchall()
    if knows_buyers:
        amounts = amounts[amounts["is_buyer"]].reset_index(drop=True)
    keys = ["place", "segmentation", "segment", "category"]
    cells = published[published["customers"].notna()].reset_index(drop=True)
    cells["cell"] = cells.index
    amounts["amount"] = amounts.index
    rows = members.merge(cells[[*keys, "cell"]], on=keys, how="left")
    assert rows["cell"].notna().all()
    rows = rows.drop(columns="category").rename(columns={"part": "category"})
    rows = rows.merge(amounts, on=["customer_id", "category"])
    matrix = np.zeros((len(cells), len(amounts)), dtype=np.int64)
    matrix[rows["cell"].astype(int), rows["amount"]] = 1

    # Rows `hidden` of a place are sums of its hidden cells; others follow from totals.
    is_hidden = cells["net_amount"].isna().to_numpy()
    sums = [np.ones(len(amounts), dtype=np.int64)]
    for row in published[published["customers"].isna()].to_dict("records"):
        if row["place"] and not row["place"].startswith("hidden"):
            of_row = is_hidden.copy()
            for key in ("place", "segmentation", "category"):
                of_row &= (cells[key] == row[key]).to_numpy()
            assert row["hidden_customers"] == cells.loc[of_row, "customers"].sum()
            sums.append(matrix[of_row].sum(axis=0))
    # goal_results has the sum of all companies.
    if has_companies:
        sums.append(amounts["customer_id"].isin(companies).to_numpy().astype(np.int64))
    with_money = published[published["net_amount"].notna()]
    for category in set(with_money["category"]) - {"", "hidden"}:
        sums.append((amounts["category"] == category).to_numpy().astype(np.int64))

    shown = Sums(np.vstack([matrix[~is_hidden], *sums]))
    people = np.array([len(set(amounts["customer_id"][row > 0])) for row in matrix])
    few = matrix[is_hidden & (people > 0) & (people < 10)]
    assert len(few) > 1000
    assert not shown.determine(few).any()
    customers = pd.factorize(amounts["customer_id"])[0]
    assert not shown.determine(np.equal.outer(np.unique(customers), customers).astype(int)).any()
    # The attack works: with one hidden cell shown, it finds the cell.
    assert Sums(np.vstack([matrix[~is_hidden], *sums, few[:1]])).determine(few[:1]).all()
