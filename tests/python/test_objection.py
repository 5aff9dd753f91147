"""Objections to profiling: nothing is derived from the data of these customers."""

from pathlib import Path
from typing import Any

import duckdb
import pytest
from project import Project, csv_rows, sample_rows

pytestmark = pytest.mark.end_to_end

OBJECTIONS = "select customer_id from segments_intermediate.int_profiling_objections"

# Published tables that name customers who object, as not profiled.
NAMED_IN = {"dim_customers", "fct_customer_segments", "fct_segment_history"}

# Columns that are not derived: keys, declared preferences, and times not to disturb.
KEPT_COLUMNS = {
    *("customer_id", "customer_kind", "contact_id", "account_id", "is_profiled"),
    *("time_zone", "utc_offset_minutes", "quiet_from_utc", "quiet_until_utc"),
    *("communication_style_segment", "marketing_consent_segment"),
}
KEPT_ON_CARDS = {
    *("customer_id", "customer_kind", "seen_until", "time_zone", "language"),
    *("quiet_from_utc", "quiet_until_utc", "preferred_channel", "preferred_channel_reason"),
    *("preferred_style", "preferred_style_reason", "contact_hours", "contact_hours_reason"),
    *("marketing_consent", "marketing_consent_reason", "no_marketing_reason"),
}

# Tables of the build database with records of customers who object. All others have none: models,
# scores, ranks and counts of segments are made without them.
RECORDS = {
    # Identity, declared preferences, and addresses.
    *("int_customer_steps", "int_contact_points", "int_customer_consents"),
    *("int_customer_records", "int_customer_identifiers", "int_customer_interests"),
    *("int_customer_preferences", "int_customer_reach", "int_customer_suppressions"),
    *("int_customers", "int_declared_preferences", "card_keys"),
    *("int_identity_dated_links", "int_identity_merges"),
    *("int_leads", "int_profiling_objections", "int_consent_statements"),
    # Places and attributes, customer by customer.
    *("int_customer_demographics", "int_customer_last_seen_places", "int_customer_locations"),
    # Orders, contacts and visits, customer by customer.
    *("int_archetype_category_windows", "int_web_archetypes"),
    *("int_customer_order_habits", "int_customer_orders", "int_customer_visits"),
    *("int_customer_web", "int_orders", "int_service_contacts", "int_visit_events"),
    *("int_visit_shopping", "int_web_carts", "int_web_purchases"),
    *("int_web_session_outcomes", "int_web_sessions"),
    # Sums with their purchases, for the protection of small cells.
    "protected_members",
    # The segment not_profiled.
    *("customer_segments", "contact_candidates", "int_customer_contactability"),
    *("seg_preference", "segment_memberships", "service_cards"),
    *NAMED_IN,
}

# Inputs of fits, quantiles, base rates and samples.
FITTED_FROM = {
    *("customer_features", "int_rfm_measures", "int_window_lines"),
    *("int_customer_categories", "int_purchase_histories", "int_customer_value"),
    *("rule_strengths", "int_survey_answers"),
    *("survey_samples", "int_observed_preferences"),
}


def records(file: Path, table: str) -> list[dict[str, Any]]:
    """Rows by column names."""
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = connection.execute(f"from {table}")
        names = [column for column, *_ in rows.description or []]
        return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


@pytest.fixture(scope="module")
def objectors(built: Project) -> set[str]:
    """Customers who object: by the last statement of each contact or address, without models."""
    statements: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in sample_rows("consents"):
        if row["purpose"] == "profiling":
            contact, email = row["contact_id"], row["email"].strip().lower()
            key = ("contact", contact) if contact else ("email", email)
            statements.setdefault(key, []).append((row["recorded_at"], row["status"]))
    withdrawn = {key for key, said in statements.items() if max(said)[1] == "withdrawn"}
    owners = built.warehouse_rows(
        "select identifier_type, identifier, customer_id "
        "from segments_intermediate.int_customer_identifiers"
    )
    return {customer for kind, key, customer in owners if (kind, key) in withdrawn}


def test_customers_who_object_are_not_profiled(built: Project, objectors: set[str]) -> None:
    not_profiled = built.rows("select customer_id from dim_customers where not is_profiled")
    assert objectors <= {customer for (customer,) in not_profiled}
    assert len(objectors) > 50
    # An expired or missing statement is no objection.
    assert len(not_profiled) < len(objectors) + 10


def test_they_are_not_profiled_in_any_segmentation(built: Project, objectors: set[str]) -> None:
    rows = built.rows(
        "select customer_id, segmentation, is_profiling, segment, weight, is_primary, reason "
        "from fct_customer_segments inner join segmentations using (segmentation)"
    )
    segmentations = {row[1] for row in rows if row[2]}
    theirs = [row for row in rows if row[0] in objectors and row[2]]
    assert {row[3:] for row in theirs} == {("not_profiled", 1, True, "objected to profiling")}
    assert sorted(row[:2] for row in theirs) == sorted(
        (customer, segmentation) for customer in objectors for segmentation in segmentations
    )
    others = built.rows(
        "select count(*) from fct_customer_segments inner join dim_customers using (customer_id) "
        "where segment = 'not_profiled' and is_profiled"
    )
    assert others == [(0,)]


def test_declared_preferences_stay(built: Project) -> None:
    segments = built.rows(
        "select distinct segmentation, segment from fct_customer_segments "
        "inner join dim_customers using (customer_id) where not is_profiled "
        "and segment <> 'not_profiled'"
    )
    assert {name for name, _ in segments} == {"communication_style", "marketing_consent"}
    assert len(segments) > 5


def test_no_other_published_table_names_objectors(built: Project, objectors: set[str]) -> None:
    naming = {
        name
        for name, rows in built.published_tables().items()
        if any(value in objectors for row in rows for value in row if isinstance(value, str))
    }
    # identity_merges has the keys of customers.
    assert naming == NAMED_IN | {"identity_merges"}
    folder = built.published.parent / "audiences"
    files = list(folder.glob("*.csv"))
    assert len(files) > 5
    for file in files:
        assert not {row["customer_id"] for row in csv_rows(file)} & objectors


def test_published_features_of_objectors_are_empty(built: Project) -> None:
    rows = [row for row in records(built.published, "dim_customers") if not row["is_profiled"]]
    assert len(rows) > 50
    derived = set(rows[0]) - KEPT_COLUMNS
    assert len(derived) > 60
    for row in rows:
        assert {row[column] for column in derived} <= {None, "not_profiled"}
    kept = {column for column in KEPT_COLUMNS if any(row[column] is not None for row in rows)}
    # The sample has no company that objects.
    assert kept == KEPT_COLUMNS - {"account_id"}


def test_their_cards_say_only_how_to_reach_them(built: Project, objectors: set[str]) -> None:
    file = built.published.with_name("service_cards.duckdb")
    cards = [card for card in records(file, "service_cards") if card["customer_id"] in objectors]
    assert len(cards) == len(objectors)
    for card in cards:
        told = {column: value for column, value in card.items() if column not in KEPT_ON_CARDS}
        assert told.pop("visit_reason") == told.pop("recommended_reason") == "objected to profiling"
        assert set(told.values()) == {None}
        for column in ("preferred_channel_reason", "contact_hours_reason"):
            assert (card[column] or "declared").startswith("declared")
    assert any(card["preferred_channel"] for card in cards)
    assert any(card["marketing_consent"] == "email_only" for card in cards)
    assert {card["no_marketing_reason"] for card in cards} == {"objected"}


def test_audiences_count_objectors_without_evaluation(built: Project) -> None:
    objected = built.rows(
        "select audience, customers from agg_audience_exclusions where outcome = 'objected'"
    )
    all_of_them = built.rows("select count(*) from dim_customers where not is_profiled")[0][0]
    assert len(objected) == built.rows("select count(*) from audiences")[0][0] > 5
    assert {customers for _, customers in objected} == {all_of_them}
    reported = built.rows(
        "select item_count from run_report where item = 'objections to profiling'"
    )
    assert reported == [(all_of_them,)]


def test_purchases_of_objectors_stay_in_the_totals(built: Project) -> None:
    totals = built.rows(
        "with segments as (select *, sum(customers) over (partition by segmentation) as everybody "
        "from agg_segment_profiles where segmentation in ('rfm', 'marketing_consent', 'city')) "
        "select segmentation, sum(customers), sum(orders), sum(net_amount), "
        "bool_and(abs(customer_share - customers / everybody) < 1e-6), "
        "count(*) filter (where segment = 'not_profiled' and customers > 0) "
        "from segments group by segmentation"
    )
    assert len({row[1:4] for row in totals}) == 1
    assert [row[4] for row in totals] == [True] * 3
    assert {row[0]: row[5] for row in totals} == {"rfm": 1, "city": 1, "marketing_consent": 0}
    means = built.rows(
        "select distinct mean_recency_days, top_features from agg_segment_profiles "
        "where segment = 'not_profiled'"
    )
    assert means == [(None, None)]


def test_fits_ranks_and_samples_exclude_objectors(built: Project) -> None:
    """A table of customers is either a record or has no customers who object."""
    tables = built.warehouse_rows(
        "select distinct table_schema, table_name from information_schema.columns "
        "where column_name = 'customer_id' and table_schema <> 'segments_sample'"
    )
    holding = {
        name
        for schema, name in tables
        if built.warehouse_rows(
            f"select 1 from {schema}.{name} where customer_id in ({OBJECTIONS}) limit 1"
        )
    }
    assert holding <= RECORDS
    filled = {
        name
        for schema, name in tables
        if built.warehouse_rows(f"select 1 from {schema}.{name} limit 1")
    }
    assert filled >= FITTED_FROM
    assert not FITTED_FROM & RECORDS
