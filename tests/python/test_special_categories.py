"""Special categories of personal data (GDPR Art. 9) only remove products, without a trace."""

from pathlib import Path

import pytest
from project import Project, sample_rows

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]

OFFERS = "select customer_id, category, eligible_products, why_not from {} order by all"


@pytest.fixture(scope="module")
def allowing(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample with the use of special categories allowed, and dependent models built again."""
    project = built.copy(tmp_path_factory.mktemp("allowing") / "project")
    project.let_parts_be_published()
    project.done(
        *("--no-write-json", "build"),
        *("--select", "int_customer_suppressions+"),
        variables={"allow_special_category": True},
    )
    return project


def attribute_values() -> set[str]:
    return {row["attribute_value"].lower() for row in sample_rows("sensitive_attributes")}


def suppressions(project: Project) -> set[tuple[str, ...]]:
    """Customer, product group and reason of every suppression."""
    return set(project.rows("select * from customer_suppressions"))


def test_special_categories_have_no_effect_by_default(built: Project, allowing: Project) -> None:
    # The sample has the attributes of the rule.
    assert suppressions(built) < suppressions(allowing)


def test_a_reason_does_not_tell_a_special_category(built: Project, allowing: Project) -> None:
    special = suppressions(allowing) - suppressions(built)
    # Customers who declared an avoidance have the same group and reason.
    declared = {row[1:] for row in suppressions(built)}
    assert {row[1:] for row in special} <= declared
    assert {row[2] for row in special} == {"declared"}


def test_special_categories_only_remove_products(built: Project, allowing: Project) -> None:
    query = OFFERS.format("dim_offer_eligibility")
    before = {row[:2]: row[2:] for row in built.rows(query)}
    after = {row[:2]: row[2:] for row in allowing.rows(query)}
    changed = {key for key in before if before[key] != after[key]}
    assert changed
    assert before.keys() == after.keys()
    for key in changed:
        assert after[key][0] < before[key][0]
        assert "declared" in after[key][1]
    # Segments do not use special categories.
    assert (
        allowing.published_tables()["fct_customer_segments"]
        == (built.published_tables()["fct_customer_segments"])
    )


def test_no_output_carries_a_special_category(built: Project, allowing: Project) -> None:
    values = attribute_values() - {"alcohol free"}  # products have this value too
    assert len(values) >= 4
    texts: dict[str, str] = {}
    for project in (built, allowing):
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
