"""The expectations of the gates on landing tables and on published segments.

Keys, accepted values, ranges and identities are dbt tests. Suites check whole tables: columns,
volume and age, shares of missing values, implausible averages, and the share of rows in quarantine.
"""

# Great Expectations re-exports its expectations implicitly.
# mypy: disable-error-code="attr-defined"

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity
from great_expectations.expectations.row_conditions import Column

from customer_segmentation.gates.contract import LandingTable
from customer_segmentation.gates.expectations import ExpectAnyColumnToBeGiven
from customer_segmentation.gates.runner import Suite

CRITICAL, WARNING = FailureSeverity.CRITICAL, FailureSeverity.WARNING

# Tables that may be empty without a fault: no refunds, no requests to erase, only guests.
MAY_BE_EMPTY = {"customers", "refunds", "erasure_requests", "sensitive_attributes"}

# Tables with new rows every day; others may have none for months.
DAILY = {"orders", "events", "campaign_touches", "service_contacts"}


class Identity(NamedTuple):
    """The columns that identify the person of a row, and the share of rows that have one.

    Below ``usual`` the gate warns; below ``least`` it fails.
    """

    columns: tuple[str, ...]
    usual: float
    least: float


IDENTITIES = {
    # A lead may name a company alone.
    "leads": Identity(("email", "phone", "company_name"), 0.95, 0.5),
    "consents": Identity(("contact_id", "email"), 0.99, 0.5),
    "declared_preferences": Identity(("contact_id", "email"), 0.99, 0.5),
    "erasure_requests": Identity(("contact_id", "email", "phone", "visitor_id"), 1.0, 0.5),
    "orders": Identity(("contact_id", "account_id", "email", "phone", "visitor_id"), 0.95, 0.5),
    "events": Identity(("visitor_id", "contact_id", "email", "session_id"), 0.95, 0.5),
    "campaign_touches": Identity(("contact_id", "email"), 0.95, 0.5),
    "service_contacts": Identity(("contact_id", "account_id", "email", "phone"), 0.9, 0.3),
    # Many surveys are anonymous.
    "survey_responses": Identity(("contact_id", "email"), 0.5, 0.05),
}

# Columns that whole families of segments need: usual share of rows with a value.
USUALLY_GIVEN = {"order_lines": {"product_id": 0.9}, "products": {"category": 0.8}}


class Average(NamedTuple):
    """A plausible range of an average; outside of it, the export is probably wrong."""

    column: str
    least: float
    most: float


AVERAGES = {
    # Above the range: a code for "unknown" was read as a number.
    "customers": [Average("children_count", 0, 5), Average("household_size", 1, 8)],
    # Outside the range: a wrong unit, such as cents for euros.
    "accounts": [Average("employees", 1, 100_000)],
    "orders": [Average("gross_amount", 0.5, 1_000_000)],
    "order_lines": [Average("quantity", 0.1, 10_000), Average("unit_price", 0.01, 100_000)],
    "products": [Average("list_price", 0.01, 100_000)],
    # Near an end: a reversed scale, or a default instead of answers.
    "service_contacts": [Average("satisfaction_score", 1.2, 4.95)],
}

# Above this share, the flag is inverted or a test system was exported.
MOST_TEST_RECORDS = 0.2

# Above this share of unknown words, a column is unread, and the gate stops if the column must be
# known; above the smaller share, it warns.
MOST_UNKNOWN_WORDS = 0.5
USUAL_UNKNOWN_WORDS = 0.01

# Below this share of known ids, a table names ids in another form or of another system.
USUAL_KNOWN_IDS = 0.5

# Above this share, a segment has nearly all customers.
MOST_OF_ALL_CUSTOMERS = 0.98


def landing_suites(
    domain: str,
    contract: Mapping[str, LandingTable],
    row_counts: Sequence[Mapping[str, Any]],
    as_of_date: dt.date | None,
    freshness_warn_days: int,
    unknown_words: Sequence[Mapping[str, Any]] = (),
    purchase_statuses: Sequence[str] = (),
    reasons: Sequence[Mapping[str, Any]] = (),
    columns: Sequence[Mapping[str, Any]] = (),
    references: Sequence[Mapping[str, Any]] = (),
) -> list[Suite]:
    """The suites of one domain's landing tables, after staging.

    ``row_counts``, ``unknown_words``, ``reasons``, ``columns`` and ``references`` are the rows of
    the models landing_row_counts, unknown_words, quarantine_reasons, landed_columns and
    landed_references. Without ``as_of_date`` (empty landing) nothing is stale. If
    ``purchase_statuses`` (of an order that is a purchase) are given, one order must have one of
    them. Raises KeyError if a table has no row counts.
    """
    counts = {str(row["table_name"]): row for row in row_counts}
    tables = [table for table in contract.values() if table.domain == domain]
    suites = []
    for table in tables:
        expectations = (
            _columns_and_volume(table, counts[table.name]),
            _freshness(table, as_of_date, freshness_warn_days),
            _missing_values(table),
            _distributions(table),
            _purchases(table, counts[table.name], purchase_statuses),
        )
        suites.append(
            Suite(
                table=table.name,
                key=(table.key,),
                expectations=tuple(one for group in expectations for one in group),
                is_supplied=bool(counts[table.name]["is_supplied"]),
            )
        )
    supplied = [table.name for table in tables if counts[table.name]["is_supplied"]]
    if supplied:
        suites.append(_quarantine(domain, [counts[name] for name in supplied], reasons))
    misnamed = [
        row
        for row in columns
        if row["nearest_name"]
        and row["state"] == "unknown"
        and {row["table_name"], row["nearest_name"]} & {table.name for table in tables}
    ]
    if misnamed:
        suites.append(_names(misnamed))
    unknown_words = [row for row in unknown_words if row["table_name"] in supplied]
    if unknown_words:
        suites.append(_words(unknown_words))
    references = [row for row in references if row["table_name"] in supplied]
    if references:
        suites.append(_references(references))
    return suites


def _columns_and_volume(table: LandingTable, counts: Mapping[str, Any]) -> Iterator[Expectation]:
    yield gxe.ExpectTableColumnsToMatchSet(
        column_set=list(table.columns),
        exact_match=False,
        severity=CRITICAL,
        description="has the columns of the landing contract",
    )
    # In a build for a past day, all rows may be later than that day.
    is_still_to_come = counts["rows_later"] > 0
    is_good_news = counts["rows_landed"] == 0 and table.name in MAY_BE_EMPTY
    yield gxe.ExpectTableRowCountToBeBetween(
        min_value=1,
        severity=WARNING if is_still_to_come or is_good_news else CRITICAL,
        description="a table that is supplied has rows that can be used",
    )


def _freshness(
    table: LandingTable, as_of_date: dt.date | None, freshness_warn_days: int
) -> Iterator[Expectation]:
    if as_of_date and table.known_at and table.name in DAILY:
        oldest = as_of_date - dt.timedelta(days=freshness_warn_days)
        yield gxe.ExpectColumnMaxToBeBetween(
            column=table.known_at,
            min_value=dt.datetime.combine(oldest, dt.time()),
            severity=WARNING,
            description=f"the latest row is at most {freshness_warn_days} days before {as_of_date}",
            meta={"optional": True},
        )


def _missing_values(table: LandingTable) -> Iterator[Expectation]:
    if identity := IDENTITIES.get(table.name):
        for share, severity in ((identity.usual, WARNING), (identity.least, CRITICAL)):
            yield ExpectAnyColumnToBeGiven(
                column_list=list(identity.columns),
                mostly=share,
                severity=severity,
                description=f"at least {share:.0%} of rows say whose they are",
            )
    for column, share in USUALLY_GIVEN.get(table.name, {}).items():
        yield gxe.ExpectColumnValuesToNotBeNull(
            column=column,
            mostly=share,
            severity=WARNING,
            description=f"at least {share:.0%} of rows have it",
        )


def _distributions(table: LandingTable) -> Iterator[Expectation]:
    for average in AVERAGES.get(table.name, []):
        yield gxe.ExpectColumnMeanToBeBetween(
            column=average.column,
            min_value=average.least,
            max_value=average.most,
            severity=WARNING,
            description=f"the mean is between {average.least:,} and {average.most:,}",
            meta={"optional": True},
        )
    if "is_test" in table.columns:
        yield gxe.ExpectColumnValuesToBeInSet(
            column="is_test",
            value_set=[False],
            mostly=1 - MOST_TEST_RECORDS,
            severity=WARNING,
            description=f"at most {MOST_TEST_RECORDS:.0%} of rows are test records",
        )


def _purchases(
    table: LandingTable, counts: Mapping[str, Any], purchase_statuses: Sequence[str]
) -> Iterator[Expectation]:
    if table.name == "orders" and purchase_statuses and counts["rows_staged"]:
        yield gxe.ExpectColumnMaxToBeBetween(
            column="gross_amount",
            min_value=0.01,
            row_condition=Column("status").is_in(list(purchase_statuses)),
            severity=CRITICAL,
            description="an order with an amount is a purchase, because its status is "
            f"{', '.join(purchase_statuses)} (var order_purchase_statuses)",
        )


def _quarantine(
    domain: str, row_counts: Sequence[Mapping[str, Any]], reasons: Sequence[Mapping[str, Any]]
) -> Suite:
    expectations = [
        gxe.ExpectColumnMaxToBeBetween(
            column="quarantined_share",
            max_value=counts["max_quarantined_share"],
            row_condition=(Column("domain") == domain)
            & (Column("table_name") == counts["table_name"]),
            severity=_quarantine_severity(counts),
            description=_quarantine_limit(counts["max_quarantined_share"]),
            meta={"table": counts["table_name"], **_found_reasons(counts, reasons)},
        )
        for counts in row_counts
    ]
    return Suite("landing_row_counts", ("domain", "table_name"), tuple(expectations))


def _quarantine_severity(counts: Mapping[str, Any]) -> FailureSeverity:
    """One wrong row of a small table says nothing about the others, unless none may be wrong."""
    is_one_of_few = counts["rows_quarantined"] == 1 and counts["max_quarantined_share"] > 0
    return WARNING if is_one_of_few else CRITICAL


def _quarantine_limit(share: float) -> str:
    if share == 0:
        return "no row may be in quarantine"
    return f"at most {share:.1%} of rows are in quarantine"


def _found_reasons(
    counts: Mapping[str, Any], reasons: Sequence[Mapping[str, Any]]
) -> dict[str, str]:
    """The share of a table's rows in quarantine, with its three most frequent reasons."""
    own = [row for row in reasons if row["table_name"] == counts["table_name"]]
    own.sort(key=lambda row: (-row["row_count"], row["quarantine_reason"]))
    if not own:
        return {}
    texts = [
        f"{row['quarantine_reason']} ({row['row_count']:,} row{'s' if row['row_count'] > 1 else ''}"
        + (f", such as {row['value_shapes']})" if row["value_shapes"] else ")")
        for row in own[:3]
    ]
    return {"found": f"{counts['quarantined_share']:.1%}: {'; '.join(texts)}"}


def _names(columns: Sequence[Mapping[str, Any]]) -> Suite:
    """One check per column or file that no reader knows, but that may be a missing one."""
    expectations = []
    for row in columns:
        table, name, nearest = row["table_name"], row["column_name"], row["nearest_name"]
        column = Column("column_name") == name if name else Column("column_name").is_null()
        expectations.append(
            gxe.ExpectColumnValuesToBeNull(
                column="nearest_name",
                row_condition=(Column("table_name") == table) & column,
                severity=WARNING,
                description=f"is not in the contract and not read; {nearest} is missing: if it is "
                f"the same, rename {name or table} to {nearest}",
                meta={"table": table, "column": name} if name else {"table": table},
            )
        )
    return Suite("landed_columns", ("table_name", "column_name"), tuple(expectations))


def _words(unknown_words: Sequence[Mapping[str, Any]]) -> Suite:
    """One check per column with unknown words: critical if the column is mostly unread."""
    columns: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for row in sorted(unknown_words, key=lambda row: (-row["row_count"], row["word"])):
        columns.setdefault((row["table_name"], row["column_name"]), []).append(row)
    expectations = []
    for (table, column), rows in sorted(columns.items()):
        stops = rows[0]["must_be_known"] and rows[0]["unknown_share"] > MOST_UNKNOWN_WORDS
        limit = MOST_UNKNOWN_WORDS if stops else USUAL_UNKNOWN_WORDS
        words = ", ".join(f"{row['word']} ({row['row_count']:,} rows)" for row in rows[:3])
        expectations.append(
            gxe.ExpectColumnMaxToBeBetween(
                column="unknown_share",
                max_value=limit,
                row_condition=(Column("table_name") == table) & (Column("column_name") == column),
                severity=CRITICAL if stops else WARNING,
                description=f"at most {limit:.0%} of rows have a word that no list has, such as "
                f"{words}; {rows[0]['reading']}; add them to the seed own_words",
                meta={"table": table, "column": column},
            )
        )
    return Suite("unknown_words", ("item", "word"), tuple(expectations))


def _references(references: Sequence[Mapping[str, Any]]) -> Suite:
    """One check per column of ids: the table that owns the ids knows them."""
    expectations = []
    for row in sorted(references, key=lambda row: (row["table_name"], row["column_name"])):
        table, column, owner = row["table_name"], row["column_name"], row["owner_table"]
        named, known = row["ids_named"], row["ids_known"]
        rule = f"at least {USUAL_KNOWN_IDS:.0%} of the ids are known to {owner}"
        if known < named * USUAL_KNOWN_IDS:
            rule += (
                f"; {known:,} of {named:,} are, the others join nothing: decimal points, leading "
                "zeros or ids of another system?"
            )
        expectations.append(
            gxe.ExpectColumnMinToBeBetween(
                column="known_share",
                min_value=USUAL_KNOWN_IDS,
                row_condition=(Column("table_name") == table) & (Column("column_name") == column),
                severity=WARNING,
                description=rule,
                meta={"table": table, "column": column, "found": f"{row['known_share']:.1%}"},
            )
        )
    return Suite("landed_references", ("table_name", "column_name"), tuple(expectations))


def publish_suites(back_test_warn: float, forecasts_required: bool) -> list[Suite]:
    """The suites of the tables to be published.

    Coverage has one row per segmentation, profiles one per segmentation and segment, the back-test
    one per candidate. ``back_test_warn`` is the allowed error of the published forecast, as a share
    of all actual purchases. A withheld or missing forecast is a warning, and critical if forecasts
    are required.
    """
    nothing_wrong = {
        "max_weight_error": (1e-6, "the weights of a customer sum to 1"),
        "primary_errors": (0, "every customer has exactly one primary segment"),
        "unknown_segments": (0, "every segment is in the catalogue"),
    }
    coverage: list[Expectation] = [
        gxe.ExpectTableRowCountToBeBetween(
            min_value=1, severity=CRITICAL, description="there is a segmentation"
        ),
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="customers_assigned",
            column_B="customers_expected",
            severity=CRITICAL,
            description="every customer is in every segmentation",
        ),
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="rows_assigned",
            column_B="customers_expected",
            row_condition=Column("is_hard") == True,  # noqa: E712
            severity=CRITICAL,
            description="a hard segmentation has one row per customer",
        ),
    ]
    for column, (most, rule) in nothing_wrong.items():
        coverage.append(
            gxe.ExpectColumnValuesToBeBetween(
                column=column, max_value=most, severity=CRITICAL, description=rule
            )
        )
    profiles = (
        gxe.ExpectTableRowCountToBeBetween(
            min_value=1, severity=CRITICAL, description="there is a segment"
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="customer_share",
            max_value=MOST_OF_ALL_CUSTOMERS,
            row_condition=Column("segment") != "unknown",
            severity=WARNING,
            description=f"no segment has more than {MOST_OF_ALL_CUSTOMERS:.0%} of customers",
        ),
    )
    back_test = (
        gxe.ExpectColumnValuesToNotBeNull(
            column="mean_absolute_error",
            row_condition=Column("outcome") == "chosen_untested",
            severity=WARNING,
            description="the published forecast was compared with what happened",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="aggregate_error",
            min_value=-back_test_warn,
            max_value=back_test_warn,
            row_condition=Column("outcome") == "chosen",
            severity=WARNING,
            description=f"the published forecast was within {back_test_warn:.0%} of what happened",
        ),
        gxe.ExpectColumnValuesToNotBeInSet(
            column="outcome",
            value_set=["withheld", *(["not_estimable"] if forecasts_required else [])],
            severity=CRITICAL if forecasts_required else WARNING,
            description="there is a forecast that is good enough to be published",
        ),
    )
    drift = (
        gxe.ExpectColumnValuesToNotBeInSet(
            column="verdict",
            value_set=["fail"],
            severity=CRITICAL,
            description="no feature or segmentation is distributed otherwise than in the run "
            "before (PSI over .25); accept_drift: true publishes it",
        ),
        gxe.ExpectColumnValuesToNotBeInSet(
            column="verdict",
            value_set=["warn", "accepted"],
            severity=WARNING,
            description="no feature or segmentation has drifted from the run before (PSI over .1)",
        ),
    )
    return [
        Suite("segmentation_coverage", ("segmentation",), tuple(coverage)),
        Suite("agg_segment_profiles", ("segmentation", "segment"), profiles),
        Suite("value_back_test", ("model", "message"), back_test),
        Suite("agg_drift", ("item_kind", "item"), drift),
    ]
