"""A build for a past day gives the same result as a build on that day."""

from datetime import date
from pathlib import Path

import pytest
from project import FILES, LEAN, Project, Rows, differences, sample_rows

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]


# Contactability is that of the build's time, on the cards too; all other data are those of the
# past day.
REACHED = ("audience_members", "agg_audience_exclusions", "survey_frames", "survey_samples")

REFUSED_SINCE = """
    select customer_id
    from segments_intermediate.int_consent_statements
    where status = 'withdrawn' and recorded_at >= timestamp '2025-01-01'
    union
    select customer_id
    from segments_intermediate.int_customer_identifiers
    inner join segments_staging.stg_web__campaign_touches on identifier in (contact_id, email)
    where touch_type = 'bounced_hard'
"""


def test_a_past_date_only_shows_earlier_data(tmp_path: Path) -> None:
    as_of = date(2024, 12, 31)
    known_at = {
        "customers": "created_at",
        "accounts": "created_at",
        "leads": "created_at",
        "orders": "ordered_at",
        "refunds": "refunded_at",
        "exchange_rates": "rate_date",
        "events": "occurred_at",
        "service_contacts": "opened_at",
        "survey_responses": "responded_at",
        "campaign_touches": "touched_at",
        "consents": "recorded_at",
        "declared_preferences": "declared_at",
        "sensitive_attributes": "recorded_at",
    }

    later_orders = {
        row["order_id"]
        for row in sample_rows("orders")
        if row["ordered_at"][:10] > as_of.isoformat()
    }

    def without_what_counts_on_every_day(table: str, rows: Rows) -> Rows | None:
        # Objections to profiling count on every day.
        if table == "consents":
            return [
                row
                for row in rows
                if row["purpose"] != "profiling" or row["recorded_at"][:10] <= as_of.isoformat()
            ]
        return None if table == "erasure_requests" else rows

    def known_then(table: str, rows: Rows) -> Rows | None:
        # Erasures count on every day.
        if table == "erasure_requests":
            return None
        column = known_at.get(table)
        known = [row for row in rows if not column or row[column][:10] <= as_of.isoformat()]
        if table == "order_lines":
            known = [row for row in known if row["order_id"] not in later_orders]
        # An empty table fails its gate; before the first answer there is no table.
        return known or None

    project = Project.copy_to(tmp_path / "project")
    variables = {**FILES, "as_of_date": as_of}
    project.land_files(without_what_counts_on_every_day)
    project.build(variables, tests="none")
    replayed = {**project.published_tables(), "service_cards": project.service_cards()}
    assert max(card[2] for card in replayed["service_cards"]).date() <= as_of
    last = project.rows("select max(last_order_date), max(first_seen_date) from dim_customers")
    assert last[0][0] <= as_of
    assert last[0][1] <= as_of
    refused_since = {customer for (customer,) in project.warehouse_rows(REFUSED_SINCE)}

    project.forget_builds()
    project.land_files(known_then)
    project.build(variables, tests="none")
    then = {**project.published_tables(), "service_cards": project.service_cards()}
    # The other tables count landed rows.
    for tables in (replayed, then):
        # The reason why a segmentation is left out counts landed rows, too.
        tables["segmentations"] = [(*row[:-2], row[-1]) for row in tables["segmentations"]]
        for table in ("gate_results", "quarantined_rows", "run_report"):
            del tables[table]
    contacts = []
    for tables in (replayed, then):
        cards = tables["service_cards"]
        # marketing_channels and no_marketing_reason.
        contacts.append({(row[0], *row[-8:-6]) for row in cards})
        tables["service_cards"] = [(*row[:-8], *row[-6:]) for row in cards]
    assert {row[0] for row in contacts[0] ^ contacts[1]} <= refused_since
    # Nobody is contacted on a past day.
    assert replayed.pop("fct_audience_days") == []
    assert then.pop("fct_audience_days")
    reached = {table: (replayed.pop(table), then.pop(table)) for table in REACHED}
    assert differences(replayed, then) == []
    # Members of audiences who refused since are missing.
    members, members_then = map(set, reached["audience_members"])
    changed = {row[1] for row in members ^ members_then}
    assert changed
    assert changed <= refused_since
    # All customers are still counted.
    for table, customers in (("agg_audience_exclusions", 2), ("survey_frames", 7)):
        now, before = (sum(row[customers] for row in rows) for rows in reached[table])
        assert now == before > 0

    # Cards of another day are refused.
    output = project.refused(
        *(*LEAN, "build", "--selector", "service_hourly"),
        variables={**FILES, "as_of_date": "2025-01-31"},
    )
    assert (
        "as_of_date is '2025-01-31', but what this selection reads was built for 2024-12-31"
        in output
    )
