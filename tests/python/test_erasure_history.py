"""What is read of the last run's history once people are erased."""

import datetime as dt
from typing import Any

import duckdb
import pyarrow as pa

from customer_segmentation.erasure.hashing import id_hash
from customer_segmentation.erasure.history import erased_memberships, without_erased
from customer_segmentation.relations import read_table

MAY, JUNE, JULY = (dt.date(2024, month, 1) for month in (5, 6, 7))
LOG = [
    {"customer_id": customer, "segmentation": "rfm", "segment": segment, "logged_on": day}
    | {"change": change}
    for customer, segment, day, change in [
        ("ann", "lost", MAY, "enter"),
        ("ann", "lost", JUNE, "exit"),
        ("ann", "loyal", JUNE, "enter"),
        ("ann", "loyal", JULY, "exit"),
        ("ann", "new", JULY, "enter"),
        ("eve", "loyal", MAY, "enter"),
        ("bob", "loyal", MAY, "enter"),
    ]
]
MIGRATION = [
    {"segmentation": "rfm", "from_segment": segment, "to_segment": state}
    | {"from_date": JUNE, "to_date": to_date, "customers": 5}
    for segment, state, to_date in [
        ("lost", "erased", JULY),
        ("lost", "left", JULY),
        ("new", "erased", MAY),
    ]
]


def erased(session: duckdb.DuckDBPyConnection) -> Any:
    rows = [{"key_hash": id_hash(customer), "kind": "customer"} for customer in ("ann", "eve")]
    return session.from_arrow(pa.Table.from_pylist(rows))


def counted(previous_day: dt.date | None) -> list[dict[str, Any]]:
    with duckdb.connect() as session:
        run_day = pa.table(
            {"previous_day": pa.array([previous_day], pa.date32()), "as_of_date": [JULY]}
        )
        rows = erased_memberships(
            session,
            session.from_arrow(pa.Table.from_pylist(LOG)),
            pa.Table.from_pylist(MIGRATION),
            erased(session),
            session.from_arrow(run_day),
        )
        counts: list[dict[str, Any]] = rows.to_pylist()
        return counts


def test_the_erased_are_in_no_row_that_is_read() -> None:
    with duckdb.connect() as session:
        rows = without_erased(
            session, session.from_arrow(pa.Table.from_pylist(LOG)), erased(session)
        )
        assert read_table(rows).to_pylist() == [row for row in LOG if row["customer_id"] == "bob"]


def test_their_segments_of_the_previous_day_are_counted() -> None:
    # The run of July said before that five of the lost were erased, and still says it.
    assert counted(JUNE) == [
        {"segmentation": "rfm", "segment": "lost", "customers": 5},
        {"segmentation": "rfm", "segment": "loyal", "customers": 2},
    ]
    assert counted(MAY) == [
        {"segmentation": "rfm", "segment": "lost", "customers": 1},
        {"segmentation": "rfm", "segment": "loyal", "customers": 1},
    ]


def test_without_a_previous_day_nobody_is_counted() -> None:
    assert counted(None) == []
