"""What the last published run knew of the members of rule segments."""

from typing import Any

import pyarrow as pa

from customer_segmentation.publishing import published_table

SCHEMA = pa.schema(
    {
        "as_of_date": pa.date32(),
        "customer_id": pa.string(),
        "segment": pa.string(),
        "is_member": pa.bool_(),
        "runs_outside": pa.int32(),
        "was_member_before": pa.bool_(),
        "runs_outside_before": pa.int32(),
    }
)


def last_memberships(session: Any, *, path: str, schema: str, landing: str) -> pa.Table:
    """The published rule_memberships (``SCHEMA``); none of another ``landing``, or without a run.

    ``session``, ``path`` and ``schema`` are those of ``publish``.
    """
    report = published_table(session, "run_report", path, schema)
    members = published_table(session, "rule_memberships", path, schema)
    if report is None or members is None:
        return SCHEMA.empty_table()
    of = {row["detail"] for row in report.to_pylist() if row["item"] == "landing"}
    return members.select(SCHEMA.names).cast(SCHEMA) if of == {landing} else SCHEMA.empty_table()
