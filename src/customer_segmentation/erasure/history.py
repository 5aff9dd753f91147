"""What the last run published, without the people who are erased since."""

import datetime as dt
from collections import Counter
from typing import Any

import pyarrow as pa

from customer_segmentation.erasure.hashing import id_hash_sql
from customer_segmentation.relations import is_spark, model_result, read_table

_MEMBERSHIPS = pa.schema(
    {"segmentation": pa.string(), "segment": pa.string(), "customers": pa.int64()}
)


def without_erased(session: Any, rows: Any, erased: Any) -> Any:
    """``rows`` of customers without those of erased ones, for a model to return.

    Args:
        session: what dbt gives a Python model.
        rows: a relation with the column customer_id.
        erased: the relation of the model erased_keys.
    """
    query = (
        "select kept.* from erasure_rows as kept left join erasure_hashes as erased "
        f"on erased.key_hash = {id_hash_sql('kept.customer_id')} "
        "where erased.key_hash is null"
    )
    return _query(session, query, rows, erased)


def erased_memberships(
    session: Any, changes: Any, migration: pa.Table, erased: Any, run_day: Any
) -> Any:
    """How many erased customers were in which segment on the previous day of the history.

    Args:
        session: what dbt gives a Python model.
        changes: the log that the last run published.
        migration: the migration that it published: a day that runs again says the same.
        erased: the relation of the model erased_keys.
        run_day: the relation of the model int_run_day.
    """
    day = read_table(run_day).to_pylist()[0]
    query = (
        "select changes.* from erasure_rows as changes inner join erasure_hashes as erased "
        f"on erased.key_hash = {id_hash_sql('changes.customer_id')}"
    )
    log = read_table(_query(session, query, changes, erased)).to_pylist()
    counts = Counter[tuple[str, str]]()
    if day["previous_day"] is not None:
        counts.update(_last_segments(log, day["previous_day"]))
        for move in migration.to_pylist():
            days = (move["from_date"], move["to_date"])
            if move["to_segment"] == "erased" and days == (day["previous_day"], day["as_of_date"]):
                counts[move["segmentation"], move["from_segment"]] += move["customers"]
    rows = [
        {"segmentation": segmentation, "segment": segment, "customers": customers}
        for (segmentation, segment), customers in sorted(counts.items())
    ]
    return model_result(session, pa.Table.from_pylist(rows, _MEMBERSHIPS))


def _last_segments(log: list[dict[str, Any]], day: dt.date) -> list[tuple[str, str]]:
    """The segmentation and segment of every membership at the end of a day."""
    last: dict[tuple[str, str, str], tuple[dt.date, bool]] = {}
    for row in log:
        if row["logged_on"] <= day:
            membership = (row["customer_id"], row["segmentation"], row["segment"])
            change = (row["logged_on"], row["change"] == "enter")
            last[membership] = max(last.get(membership, change), change)
    return [
        (segmentation, segment)
        for (_, segmentation, segment), (_, is_member) in last.items()
        if is_member
    ]


def _query(session: Any, query: str, rows: Any, erased: Any) -> Any:
    if is_spark(session):
        rows.createOrReplaceTempView("erasure_rows")
        erased.createOrReplaceTempView("erasure_hashes")
    else:
        rows.create_view("erasure_rows", replace=True)
        erased.create_view("erasure_hashes", replace=True)
    return session.sql(query)
