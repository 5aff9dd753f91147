"""No message offers what a customer must not be offered; checked apart from the models."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pyarrow.parquet as parquet
import pytest
from project import REPOSITORY, Project, Rows, csv_rows, sample_rows

pytestmark = pytest.mark.end_to_end

RULES = csv_rows(REPOSITORY / "seeds/business/offers/suppression_rules.csv")
OFFERS = csv_rows(REPOSITORY / "seeds/business/audiences/audience_offers.csv")


@dataclass(frozen=True)
class Customer:
    """Attributes of a customer that rules compare."""

    kind: str
    age: int | None
    places: dict[str, str | None]
    avoidances: frozenset[str]

    def meets(self, rule: dict[str, str]) -> bool:
        value = rule["customer_value"]
        if rule["customer_by"] == "customer_kind":
            return self.kind == value
        if rule["customer_by"] == "age_from":
            return self.age is not None and self.age >= int(value)
        if rule["customer_by"] == "age_below":
            return self.age is not None and self.age < int(value)
        return rule["customer_by"] in self.places and self.places[rule["customer_by"]] == value


def words(product: dict[str, str]) -> dict[str, set[str]]:
    """The words of a product by what they are."""
    tags = {tag.strip() for tag in product["suitability_tags"].lower().split(",")}
    names = ("category", "subcategory", "brand")
    kinds = {"tag": tags, **{name: {product[name].lower()} for name in names}}
    return {**kinds, "product": {product["product_name"].lower()}}


def is_unsuitable(customer: Customer, product: dict[str, str], has_age: bool = True) -> bool:
    kinds = words(product)
    if any(customer.avoidances & values for values in kinds.values()):
        return True
    is_buyer = has_age and customer.kind == "person"
    if is_buyer and (customer.age or 0) < int(product["min_age"] or 0):
        return True
    return any(
        rule["product_value"] in kinds[rule["product_by"]] and customer.meets(rule)
        for rule in RULES
    )


@pytest.fixture(scope="module")
def products() -> Rows:
    versions = sorted(sample_rows("products"), key=lambda row: row["updated_at"])
    return list({row["product_id"]: row for row in versions if row["product_id"]}.values())


@pytest.fixture(scope="module")
def customer(built: Project) -> Callable[[str], Customer]:
    owners = {
        (kind, key): owner
        for kind, key, owner in built.warehouse_rows(
            "select identifier_type, identifier, customer_id "
            "from segments_intermediate.int_customer_identifiers"
        )
    }
    avoidances: dict[str, set[str]] = {}
    for row in sample_rows("declared_preferences"):
        if row["preference_type"] == "avoidance":
            kind = "contact" if row["contact_id"] else "email"
            owner = owners.get((kind, row["contact_id"] or row["email"].lower()))
            if owner:
                avoidances.setdefault(owner, set()).add(row["preference_value"].lower())
    columns = ("country_code", "region", "city")
    features = {
        id_: (kind, age, dict(zip(columns, places, strict=True)))
        for id_, kind, age, *places in built.warehouse_rows(
            f"select customer_id, customer_kind, age_years, {', '.join(columns)} "
            "from segments_intermediate.customer_features"
        )
    }
    return lambda id_: Customer(*features[id_], frozenset(avoidances.get(id_, ())))


@pytest.fixture(scope="module")
def exported(built: Project) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for file in sorted((built.published.parent / "audiences").glob("*.parquet")):
        rows += parquet.read_table(file).to_pylist()
    return rows


def test_every_message_names_what_it_must_not_offer(
    built: Project,
    products: Rows,
    customer: Callable[[str], Customer],
    exported: list[dict[str, Any]],
) -> None:
    groups: dict[str, set[str]] = {}
    for product, group in built.rows("select product_id, product_group from product_groups"):
        groups.setdefault(product, set()).add(group)
    # Some rows of the sample are rejected.
    products = [product for product in products if product["product_id"] in groups]
    assert len(products) == len(groups) > 100
    contacts = dict(built.rows("select customer_id, contact_customer_id from audience_members"))
    wrong, refused = [], 0
    for row in exported:
        named = set((row["do_not_offer"] or "").split(", "))
        company_or_person = customer(row["customer_id"])
        # Minimum ages do not count for a person who reads for a company.
        reader = customer(contacts[row["customer_id"]])
        for product in products:
            is_named = not named.isdisjoint(groups[product["product_id"]])
            refused += is_named
            if is_named != (
                is_unsuitable(company_or_person, product)
                or is_unsuitable(reader, product, has_age=False)
            ):
                wrong.append((row["audience"], product["product_id"], is_named))
    assert len(exported) > 50
    assert refused > 100
    assert wrong == []


def test_something_is_left_to_offer_to_every_recipient(
    products: Rows, customer: Callable[[str], Customer], exported: list[dict[str, Any]]
) -> None:
    offered: dict[str, Rows] = {}
    for offer in OFFERS:
        offered.setdefault(offer["audience"], []).extend(
            product
            for product in products
            if offer["product_value"] in words(product)[offer["product_by"]]
        )
    recipients = [row for row in exported if row["audience"] in offered]
    assert recipients
    for row in recipients:
        person = customer(row["customer_id"])
        assert not all(is_unsuitable(person, product) for product in offered[row["audience"]])


def test_next_products_suit_their_customers(
    built: Project, products: Rows, customer: Callable[[str], Customer]
) -> None:
    by_id = {product["product_id"]: product for product in products}
    offers = built.rows("select customer_id, product_id from next_products")
    assert len(offers) > 1000
    assert not [
        (owner, product)
        for owner, product in offers
        if is_unsuitable(customer(owner), by_id[product])
    ]
