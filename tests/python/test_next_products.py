"""Products to offer next, found again in Python from the order lines of the sample."""

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import md5
from typing import Any

import pytest
from project import Project

pytestmark = pytest.mark.end_to_end

LEAST, PRIOR, PRODUCTS_OF_ORDER, OFFERED, DAYS = 10, 50, 20, 3, 90
FIRST = {"product": 5, "category": 10, "anything": 20}
ORDER_OF_KINDS = ("product", "category", "anything")


@dataclass(frozen=True)
class Line:
    """A product in an order."""

    customer: str
    order: str
    day: date
    product: str
    category: str


# The products that are bought by most of those who bought a thing, with their rounded percentages.
Associations = dict[tuple[str, str], list[tuple[float, int, str]]]


@pytest.fixture(scope="module")
def lines(built: Project) -> list[Line]:
    return [
        Line(*row)
        for row in built.warehouse_rows(
            "select distinct customer_id, order_id, order_date, product_id, category "
            "from segments_intermediate.int_window_lines"
        )
    ]


@pytest.fixture(scope="module")
def today(built: Project) -> date:
    day: date = built.warehouse_rows("select as_of_date from segments_staging.as_of")[0][0]
    return day


def half_up(number: float) -> float:
    return math.floor(number * 100 + 0.5) / 100


def drawn(order: Iterable[Line]) -> list[str]:
    """The products of an order that are paired."""

    def rank(line: Line) -> tuple[int, str]:
        digest = md5(f"{line.order}|{line.product}".encode()).hexdigest()
        return int(digest[:15], 16) % 1_000_000_000, line.product

    return [line.product for line in sorted(order, key=rank)][:PRODUCTS_OF_ORDER]


def associations(lines: list[Line], unavailable: Collection[str] = ()) -> Associations:
    buyers: dict[tuple[str, str], set[str]] = defaultdict(set)
    category = {}
    for line in lines:
        category[line.product] = line.category
        for thing in things(line):
            buyers[thing].add(line.customer)
    orders: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        orders[line.order].append(line)
    of_customer: dict[str, list[str]] = defaultdict(list)
    for order in sorted(orders, key=lambda order: (orders[order][0].day, order)):
        of_customer[orders[order][0].customer].append(order)
    pairs: Counter[tuple[str, str]] = Counter()
    for numbers in of_customer.values():
        # A pair has no more customers than each of its products.
        baskets = [
            drawn(line for line in orders[number] if len(buyers["product", line.product]) >= LEAST)
            for number in numbers
        ]
        pairs.update(
            {
                (one, other)
                for basket, following in zip(baskets, [*baskets[1:], []], strict=True)
                for one in basket
                for other in (*basket, *following)
                if one != other
            }
        )
    everybody = len(buyers["anything", "anything"])
    counts = {("product", one, other): count for (one, other), count in pairs.items()}
    for product, of in category.items():
        count = len(buyers["product", product])
        counts["category", of, product] = counts["anything", "anything", product] = count
    found: Associations = defaultdict(list)
    for (kind, bought, product), count in counts.items():
        if count >= LEAST and product not in unavailable:
            share_of_all = len(buyers["product", product]) / everybody
            share = (count + PRIOR * share_of_all) / (len(buyers[kind, bought]) + PRIOR)
            found[kind, bought].append((half_up(100 * share), count, product))
    return {
        thing: sorted(rows, key=lambda row: (-row[0], -row[1], row[2]))[: FIRST[thing[0]]]
        for thing, rows in found.items()
    }


def things(line: Line) -> list[tuple[str, str]]:
    return [("product", line.product), ("category", line.category), ("anything", "anything")]


def next_products(
    lines: list[Line], unavailable: Collection[str] = (), refused: Collection[tuple[str, str]] = ()
) -> dict[str, list[str]]:
    found = associations(lines, unavailable)
    bought: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for line in lines:
        bought[line.customer].update(things(line))
    offers = {}
    for customer, bought_things in bought.items():
        best: dict[str, float] = {}
        for thing in bought_things:
            for share, _, product in found.get(thing, []):
                if ("product", product) not in bought_things and (customer, product) not in refused:
                    best[product] = max(share, best.get(product, 0))
        offers[customer] = sorted(best, key=lambda product: (-best[product], product))[:OFFERED]
    return offers


@pytest.fixture(scope="module")
def unavailable(built: Project) -> set[str]:
    rows = built.warehouse_rows(
        "select product_id from segments_staging.stg_shop__products "
        "where excluded_as is null and not is_available"
    )
    assert rows
    return {product for (product,) in rows}


def test_associations_are_those_of_the_lines(
    built: Project, lines: list[Line], unavailable: set[str]
) -> None:
    expected = {
        (kind, bought, rank, product, count, share)
        for (kind, bought), rows in associations(lines, unavailable).items()
        for rank, (share, count, product) in enumerate(rows, 1)
    }
    found = built.rows(
        "select bought_kind, bought, association_rank, product_id, customers, "
        "cast(share_percent as double) from agg_product_associations"
    )
    assert set(found) == expected
    assert len(found) == len(expected) > 50


def test_lift_compares_with_all_buyers(built: Project) -> None:
    assert built.rows(
        """
        select count(*) from agg_product_associations as associations
        inner join agg_product_associations as of_all using (product_id)
        where of_all.bought_kind = 'anything'
            and abs(associations.share_percent / of_all.share_percent - associations.lift) > 0.02
        """
    ) == [(0,)]


def test_each_customer_gets_the_largest_shares(
    built: Project, lines: list[Line], unavailable: set[str]
) -> None:
    refused = set(
        built.rows(
            "select customer_id, product_id from customer_suppressions "
            "inner join product_groups using (product_group)"
        )
    )
    assert refused
    found: dict[str, list[str]] = defaultdict(list)
    for customer, product in built.rows(
        "select customer_id, product_id from next_products order by customer_id, product_rank"
    ):
        found[customer].append(product)
    expected = next_products(lines, unavailable, refused)
    assert dict(found) == {customer: offers for customer, offers in expected.items() if offers}
    assert len(found) > 300


def test_hits_are_counted_on_later_first_purchases(
    built: Project, lines: list[Line], today: date
) -> None:
    earlier = [line for line in lines if today - line.day >= timedelta(DAYS)]
    bought: dict[str, set[str]] = defaultdict(set)
    for line in earlier:
        bought[line.customer].add(line.product)
    firsts: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if today - line.day < timedelta(DAYS) and line.customer in bought:
            firsts[line.customer] |= {line.product} - bought[line.customer]
    tested = {customer: products for customer, products in firsts.items() if products}
    offers = next_products(earlier)
    sold = Counter(product for products in bought.values() for product in products)
    bestsellers = sorted(sold, key=lambda product: (-sold[product], product))
    hits = {customer for customer in tested if tested[customer] & set(offers[customer])}
    of_bestsellers = set()
    for customer, products in tested.items():
        new = [product for product in bestsellers if product not in bought[customer]][:OFFERED]
        if products & set(new):
            of_bestsellers.add(customer)
    size = len(tested)
    only, only_other = len(hits - of_bestsellers), len(of_bestsellers - hits)
    difference = (only - only_other) / (size + 2)
    error = math.sqrt(((only + only_other + 2) / (size + 2) - difference**2) / (size + 2))
    [row] = built.rows(
        "select customers, hit_percent, bestseller_hit_percent, gain_at_least, gain_at_most, "
        "verdict from next_product_test"
    )
    expected: list[Any] = [size, len(hits) / size, len(of_bestsellers) / size]
    expected += [difference - 1.96 * error, difference + 1.96 * error]
    assert row[0] == size >= 100
    assert [float(figure) for figure in row[1:5]] == pytest.approx(
        [100 * figure for figure in expected[1:]], abs=0.051
    )
    # As docs/business.md says.
    assert [str(figure) for figure in row[:3]] == ["101", "13.9", "5.0"]
    assert row[5] == "better"
