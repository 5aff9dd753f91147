"""The expectations of the gates on landing tables and on published segments.

Keys, accepted values, ranges and identities are dbt tests. Suites check whole tables: columns,
volume and age, shares of missing values, implausible averages, and the share of rows in quarantine.
Each expectation has a message for people, with figure and consequence; see ``runner.Suite``.
"""

# Great Expectations re-exports its expectations implicitly.
# mypy: disable-error-code="attr-defined"

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
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

# Advice if different rows of a table have one key.
_IF_ROWS_DIFFER = {
    "orders": " If these rows are lines of orders, land them as order_lines, and one row per order "
    "as orders.",
    "order_lines": " An order_line_id must name one line of all orders: add the order_id and the "
    "number of the line to it.",
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
        meta={
            "message": f"{table.name}: staging differs from the contract ({{found}}): a fault of "
            "the project, not of the data."
        },
    )
    # In a build for a past day, all rows may be later than that day.
    is_still_to_come = counts["rows_later"] > 0
    is_good_news = counts["rows_landed"] == 0 and table.name in MAY_BE_EMPTY
    yield gxe.ExpectTableRowCountToBeBetween(
        min_value=1,
        severity=WARNING if is_still_to_come or is_good_news else CRITICAL,
        description="a table that is supplied has rows that can be used",
        meta={"message": f"{table.name}: {_no_row(counts)}"},
    )


def _no_row(counts: Mapping[str, Any]) -> str:
    """The reason why a table has no accepted row."""
    if not counts["rows_landed"]:
        return "the table has no row."
    if counts["rows_later"]:
        return "no row counts: those that can be used are later than the day of the build."
    return f"none of {counts['rows_landed']:,} rows can be used."


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
            meta={
                "optional": True,
                "message": f"{table.name}: the latest row is of {{found}}, more than "
                f"{freshness_warn_days} days before the day of the build, {as_of_date}: is the "
                "export complete?",
            },
        )


def _missing_values(table: LandingTable) -> Iterator[Expectation]:
    if identity := IDENTITIES.get(table.name):
        for share, severity in ((identity.usual, WARNING), (identity.least, CRITICAL)):
            yield ExpectAnyColumnToBeGiven(
                column_list=list(identity.columns),
                mostly=share,
                severity=severity,
                description=f"at least {share:.0%} of rows say whose they are",
                meta={
                    "message": f"{table.name}: {{rows}} of {{of}} rows ({{share}}) belong to "
                    f"nobody, because {', '.join(identity.columns)} are empty."
                },
            )
    for column, share in USUALLY_GIVEN.get(table.name, {}).items():
        yield gxe.ExpectColumnValuesToNotBeNull(
            column=column,
            mostly=share,
            severity=WARNING,
            description=f"at least {share:.0%} of rows have it",
            meta={
                "message": f"{table.name}: {{rows}} of {{of}} rows ({{share}}) have no {column}: "
                "what they sell is in no category."
            },
        )


def _distributions(table: LandingTable) -> Iterator[Expectation]:
    for average in AVERAGES.get(table.name, []):
        yield gxe.ExpectColumnMeanToBeBetween(
            column=average.column,
            min_value=average.least,
            max_value=average.most,
            severity=WARNING,
            description=f"the mean is between {average.least:,} and {average.most:,}",
            meta={
                "optional": True,
                "message": f"{table.name}: the mean {average.column} is {{found}}; usual are "
                f"{average.least:,} to {average.most:,}: another unit, or a code for unknown?",
            },
        )
    if "is_test" in table.columns:
        yield gxe.ExpectColumnValuesToBeInSet(
            column="is_test",
            value_set=[False],
            mostly=1 - MOST_TEST_RECORDS,
            severity=WARNING,
            description=f"at most {MOST_TEST_RECORDS:.0%} of rows are test records",
            meta={
                "message": f"{table.name}: {{rows}} of {{of}} rows ({{share}}) are tests by "
                "is_test, and count for nothing: is the mark inverted?"
            },
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
            meta={
                "message": "orders: none is a purchase, because none has an amount and a status of "
                f"{', '.join(purchase_statuses)} (var order_purchase_statuses)."
            },
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
            meta={"table": counts["table_name"], **_rejected(counts, reasons)},
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


def _rejected(counts: Mapping[str, Any], reasons: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The share of a table's rows in quarantine, with its three most frequent reasons."""
    own = [row for row in reasons if row["table_name"] == counts["table_name"]]
    own.sort(key=lambda row: (-row["row_count"], row["quarantine_reason"]))
    texts = [
        f"{row['quarantine_reason']} ({_rows(row['row_count'])}"
        + (f", such as {row['value_shapes']})" if row["value_shapes"] else ")")
        for row in own[:3]
    ]
    share = f"{counts.get('quarantined_share', 0):.1%}"
    why = f": {'; '.join(texts)}" if texts else ""
    are_different = any("names different rows" in text for text in texts)
    advice = _IF_ROWS_DIFFER.get(counts["table_name"], "") if are_different else ""
    limit = counts["max_quarantined_share"]
    return {
        "found": f"{share}{why}",
        "message": f"{counts['table_name']}: {share} of rows are rejected, and "
        f"{f'at most {limit:.1%}' if limit else 'none'} may be{why}.{advice}",
    }


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


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
                meta={
                    **({"table": table, "column": name} if name else {"table": table}),
                    "message": f"{f'{table}: ' if name else ''}{name or table} is not read, "
                    f"because it is not in the contract. {nearest} is missing: if it is the same, "
                    f"rename {name or table} to {nearest}.",
                },
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
        words = ", ".join(f"{row['word']} ({_rows(row['row_count'])})" for row in rows[:3])
        expectations.append(
            gxe.ExpectColumnMaxToBeBetween(
                column="unknown_share",
                max_value=limit,
                row_condition=(Column("table_name") == table) & (Column("column_name") == column),
                severity=CRITICAL if stops else WARNING,
                description=f"at most {limit:.0%} of rows have a word that no list has, such as "
                f"{words}; {rows[0]['reading']}; add them to the seed own_words",
                meta={
                    "table": table,
                    "column": column,
                    "message": f"{table}.{column}: {rows[0]['unknown_share']:.1%} of rows have a "
                    f"word that no list has, such as {words}; {rows[0]['reading']}. Add them to "
                    "the seed own_words.",
                },
            )
        )
    return Suite("unknown_words", ("item", "word"), tuple(expectations))


def _references(references: Sequence[Mapping[str, Any]]) -> Suite:
    """One check per column of ids: the table that owns the ids knows them."""
    expectations = []
    for row in sorted(references, key=lambda row: (row["table_name"], row["column_name"])):
        table, column, owner = row["table_name"], row["column_name"], row["owner_table"]
        named, known = row["ids_named"], row["ids_known"]
        expectations.append(
            gxe.ExpectColumnMinToBeBetween(
                column="known_share",
                min_value=USUAL_KNOWN_IDS,
                row_condition=(Column("table_name") == table) & (Column("column_name") == column),
                severity=WARNING,
                description=f"at least {USUAL_KNOWN_IDS:.0%} of the ids are known to {owner}",
                meta={
                    "table": table,
                    "column": column,
                    "found": f"{row['known_share']:.1%}",
                    "message": f"{table}.{column}: {owner} has {known:,} of the {named:,} ids; the "
                    "others join nothing: decimal points, leading zeros or ids of another system?",
                },
            )
        )
    return Suite("landed_references", ("table_name", "column_name"), tuple(expectations))


def publish_suites(
    back_test_warn: float,
    forecasts_required: bool,
    profiles: Sequence[Mapping[str, Any]] = (),
    back_test: Sequence[Mapping[str, Any]] = (),
    drift: Sequence[Mapping[str, Any]] = (),
) -> list[Suite]:
    """The suites of the tables to be published.

    Coverage has one row per segmentation, profiles one per segmentation and segment, the back-test
    one per candidate. ``back_test_warn`` is the allowed error of the published forecast, as a share
    of all actual purchases. A withheld or missing forecast is a warning, and critical if forecasts
    are required. Messages take their figures from the rows ``profiles``, ``back_test`` and
    ``drift`` of the tables.
    """
    nothing_wrong = {
        "max_weight_error": (
            1e-6,
            "the weights of a customer sum to 1",
            "weights of a customer do not sum to 1",
        ),
        "primary_errors": (
            0,
            "every customer has exactly one primary segment",
            "customers have no primary segment, or several",
        ),
        "unknown_segments": (
            0,
            "every segment is in the catalogue",
            "there are segments that the catalogue lacks",
        ),
    }
    coverage: list[Expectation] = [
        gxe.ExpectTableRowCountToBeBetween(
            min_value=1,
            severity=CRITICAL,
            description="there is a segmentation",
            meta={"message": "there is no segmentation: nothing can be published."},
        ),
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="customers_assigned",
            column_B="customers_expected",
            severity=CRITICAL,
            description="every customer is in every segmentation",
            meta=_fault("customers are missing"),
        ),
        gxe.ExpectColumnPairValuesToBeEqual(
            column_A="rows_assigned",
            column_B="customers_expected",
            row_condition=Column("is_hard") == True,  # noqa: E712
            severity=CRITICAL,
            description="a hard segmentation has one row per customer",
            meta=_fault("customers are missing or in several segments"),
        ),
    ]
    for column, (most, rule, fault) in nothing_wrong.items():
        coverage.append(
            gxe.ExpectColumnValuesToBeBetween(
                column=column,
                max_value=most,
                severity=CRITICAL,
                description=rule,
                meta=_fault(fault),
            )
        )
    return [
        Suite("segmentation_coverage", ("segmentation",), tuple(coverage)),
        Suite("agg_segment_profiles", ("segmentation", "segment"), _profiles(profiles)),
        Suite(
            "value_back_test",
            ("model", "message"),
            _forecast(back_test_warn, forecasts_required, back_test),
        ),
        Suite("agg_drift", ("item_kind", "item"), _drift(drift)),
    ]


def _fault(fault: str) -> dict[str, str]:
    return {
        "message": f"in {{rows}} of {{of}} segmentations {fault}: a fault of the project, so "
        "nothing is published."
    }


def _profiles(rows: Sequence[Mapping[str, Any]]) -> tuple[Expectation, ...]:
    large = [
        f"{row['segmentation']} {row['segment']}"
        for row in rows
        if row["segment"] != "unknown" and (row["customer_share"] or 0) > MOST_OF_ALL_CUSTOMERS
    ]
    return (
        gxe.ExpectTableRowCountToBeBetween(
            min_value=1,
            severity=CRITICAL,
            description="there is a segment",
            meta={"message": "there is no segment: nothing can be published."},
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="customer_share",
            max_value=MOST_OF_ALL_CUSTOMERS,
            row_condition=Column("segment") != "unknown",
            severity=WARNING,
            description=f"no segment has more than {MOST_OF_ALL_CUSTOMERS:.0%} of customers",
            meta={
                "message": f"more than {MOST_OF_ALL_CUSTOMERS:.0%} of customers are in a segment "
                f"that tells nobody apart: {_some(large)}."
            },
        ),
    )


def _forecast(
    warn: float, is_required: bool, rows: Sequence[Mapping[str, Any]]
) -> tuple[Expectation, ...]:
    sentences = "; ".join(
        f"{row['model']}: {row['message']}" for row in rows if row["outcome"] != "not_chosen"
    )
    meta = {"message": f"forecast, {sentences}."}
    return (
        gxe.ExpectColumnValuesToNotBeNull(
            column="mean_absolute_error",
            row_condition=Column("outcome") == "chosen_untested",
            severity=WARNING,
            description="the published forecast was compared with what happened",
            meta=meta,
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="aggregate_error",
            min_value=-warn,
            max_value=warn,
            row_condition=Column("outcome") == "chosen",
            severity=WARNING,
            description=f"the published forecast was within {warn:.0%} of what happened",
            meta={
                "message": f"the published forecast was more than {warn:.0%} off in the back-test: "
                f"{sentences}."
            },
        ),
        gxe.ExpectColumnValuesToNotBeInSet(
            column="outcome",
            value_set=["withheld", *(["not_estimable"] if is_required else [])],
            severity=CRITICAL if is_required else WARNING,
            description="there is a forecast that is good enough to be published",
            meta=meta,
        ),
    )


def _drift(rows: Sequence[Mapping[str, Any]]) -> tuple[Expectation, ...]:
    def drifted(*verdicts: str) -> str:
        return _some(
            f"{row['item']} (PSI {row['psi']:.2f} since {row['compared_with']})"
            for row in rows
            if row["verdict"] in verdicts
        )

    return (
        gxe.ExpectColumnValuesToNotBeInSet(
            column="verdict",
            value_set=["fail"],
            severity=CRITICAL,
            description="no feature or segmentation is distributed otherwise than in the run "
            "before (PSI over .25); accept_drift: true publishes it",
            meta={
                "message": "customers are distributed otherwise than in the run before, so nothing "
                f"is published: {drifted('fail')}. If that is right, set accept_drift: true."
            },
        ),
        gxe.ExpectColumnValuesToNotBeInSet(
            column="verdict",
            value_set=["warn", "accepted"],
            severity=WARNING,
            description="no feature or segmentation has drifted from the run before (PSI over .1)",
            meta={
                "message": "customers are distributed otherwise than in the run before: "
                f"{drifted('warn', 'accepted')}."
            },
        ),
    )


def _some(texts: Iterable[str]) -> str:
    """The first three texts, and the number of the others."""
    texts = sorted(texts)
    others = [f"and {len(texts) - 3:,} more"] if len(texts) > 3 else []
    return ", ".join(texts[:3] + others)
