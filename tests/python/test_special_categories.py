"""Special categories of personal data (GDPR Art. 9) only remove products, without a trace."""

import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from project import Project, sample_rows
from sklearn.model_selection import permutation_test_score
from sklearn.naive_bayes import BernoulliNB

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]

RELIGIONS = ("buddhism", "christianity", "islam")
# A business may write such rules; the seed has none.
RULES_OF_BELIEF = """\
pork_by_belief,tag,pork,special_category,religion: islam,declared,A rule of this test
alcohol_by_belief,tag,alcohol,special_category,religion: islam,declared,A rule of this test
beef_by_belief,tag,beef,special_category,religion: buddhism,declared,A rule of this test
"""


@pytest.fixture(scope="module")
def religions() -> dict[str, str]:
    """A religion for half of the contacts of the sample, by chance."""
    chance = random.Random(17)
    contacts = sorted({row["contact_id"] for row in sample_rows("customers")})
    return {contact: chance.choice(RELIGIONS) for contact in contacts if chance.random() < 0.5}


@pytest.fixture(scope="module")
def believing(
    built: Project, religions: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Project:
    """The sample whose people told their religion with explicit consent, and rules for it."""
    project = built.copy(tmp_path_factory.mktemp("believing") / "project")
    project.let_parts_be_published()
    seed = project.root / "seeds/sample/sample_sensitive_attributes.csv"
    with seed.open("a", encoding="utf-8") as file:
        for number, (contact, religion) in enumerate(religions.items()):
            file.write(f"B{number},2025-01-01 10:00:00,{contact},religion,{religion},true\n")
    with (project.root / "seeds/business/offers/suppression_rules.csv").open("a") as file:
        file.write(RULES_OF_BELIEF)
    build_again(project)
    return project


def build_again(project: Project, **variables: Any) -> None:
    """Builds what reads special categories, and publishes.

    test_manifest.py proves that no other model outside of staging reads them.
    """
    changed = ("sample_sensitive_attributes", "suppression_rules", "stg_crm__sensitive_attributes")
    project.done(
        *("--no-write-json", "build", "--exclude", "resource_type:test"),
        *("--select", *changed, "int_customer_suppressions+"),
        variables=variables,
    )


@pytest.fixture(scope="module")
def allowing(believing: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The same with the use of special categories allowed."""
    project = believing.copy(tmp_path_factory.mktemp("allowing") / "project")
    build_again(project, allow_special_category=True)
    return project


def chance_of_guess(project: Project, religions: dict[str, str]) -> float:
    """The share of random religions that what is published predicts as well as the true ones."""
    rows = project.rows("""
        select contact_id, 'known'
        from dim_customers where contact_id is not null
        union all
        select contact_id, product_group || ' ' || reason_code
        from customer_suppressions inner join dim_customers using (customer_id)
        union all
        select contact_id, concat_ws(' ', category, eligible_products, why_not, not_offered)
        from dim_offer_eligibility inner join dim_customers using (customer_id)
        where why_not is not null or not_offered is not null
    """)
    of_believers = [row for row in rows if row[0] in religions]
    published = pd.DataFrame(of_believers, columns=["contact_id", "value"])
    features = pd.crosstab(published["contact_id"], published["value"]).clip(upper=1)
    assert features.shape[0] > 300
    assert features.shape[1] > 20
    told = [religions[contact] for contact in features.index]
    *_, chance = permutation_test_score(
        BernoulliNB(), features.to_numpy(), told, cv=5, n_permutations=200, random_state=1
    )
    return float(chance)


def test_nothing_published_predicts_a_religion(
    built: Project, believing: Project, religions: dict[str, str]
) -> None:
    assert chance_of_guess(believing, religions) > 0.05
    before, after = built.published_tables(), believing.published_tables()
    assert {name for name in before if before[name] != after[name]} <= {"gate_results"}


def test_a_permitted_rule_shows_in_its_products_alone(
    believing: Project, allowing: Project, religions: dict[str, str]
) -> None:
    # docs/business.md says so; the guess of the test before is able to find it.
    assert chance_of_guess(allowing, religions) < 0.01
    assert suppressions(believing) < suppressions(allowing)
    # Customers who declared an avoidance have the same group and reason.
    special = {row[1:] for row in suppressions(allowing) - suppressions(believing)}
    assert special <= {row[1:] for row in suppressions(believing)}
    assert {reason for _, reason in special} == {"declared"}


def attribute_values() -> set[str]:
    return {row["attribute_value"].lower() for row in sample_rows("sensitive_attributes")}


def suppressions(project: Project) -> set[tuple[str, ...]]:
    """Customer, product group and reason of every suppression."""
    return set(project.rows("select * from customer_suppressions"))


def test_special_categories_only_remove_products(believing: Project, allowing: Project) -> None:
    query = "select customer_id, category, eligible_products, why_not from dim_offer_eligibility"
    before = {row[:2]: row[2:] for row in believing.rows(query)}
    after = {row[:2]: row[2:] for row in allowing.rows(query)}
    changed = {key for key in before if before[key] != after[key]}
    assert changed
    assert before.keys() == after.keys()
    # A product may be left out already, because the customer is too young for it.
    assert all(after[key][0] <= before[key][0] for key in changed)
    assert any(after[key][0] < before[key][0] for key in changed)
    assert all("declared" in after[key][1] for key in changed)
    # Segments do not use special categories.
    assert (
        allowing.published_tables()["fct_customer_segments"]
        == (believing.published_tables()["fct_customer_segments"])
    )


def test_no_output_carries_a_special_category(believing: Project, allowing: Project) -> None:
    values = attribute_values() - {"alcohol free"}  # products have this value too
    assert len(values) >= 4
    texts: dict[str, str] = {}
    for project in (believing, allowing):
        for name, rows in project.published_tables().items():
            texts[f"{project.root.name} published {name}"] = "\n".join(map(str, rows))
        for file in readable_files(project):
            texts[str(file)] = file.read_text(encoding="utf-8")
    assert len(texts) > 60
    found = [(name, value) for name, text in texts.items() for value in values if value in text]
    assert found == []


def readable_files(project: Project) -> list[Path]:
    patterns = ("logs/*", "target/data_docs/**/*.html", "published/**/*.csv")
    return [file for pattern in patterns for file in project.root.glob(pattern)]
