"""The records around the keys of a request, read step by step on the session."""

import datetime as dt
from collections.abc import Iterable
from typing import Any, NamedTuple

import pyarrow as pa

from customer_segmentation.relations import is_spark, read_table, return_freed_memory, spark_frame

# Kind of key -> the column of the model erasure_evidence that holds it.
COLUMNS = {
    "contact": "contact_id",
    "lead": "lead_id",
    "email": "email",
    "phone": "phone",
    "visitor": "visitor_id",
}

_KEY_COLUMNS = (*COLUMNS.items(), ("contact", "merged_into"))

# Kinds of keys that many people may share; such a key links nobody.
_SHARED_KINDS = ("email", "phone", "visitor")

_KEYS = pa.schema({"kind": pa.string(), "key": pa.string()})


class Key(NamedTuple):
    """A key of a person: a contact, lead, email, phone, visitor or order."""

    kind: str
    key: str


class Record(NamedTuple):
    """A row of the model erasure_evidence."""

    evidence: str
    record_id: str | None
    contact_id: str | None
    # The contact into which the CRM merged contact_id, in records of merges only.
    merged_into: str | None
    account_id: str | None
    lead_id: str | None
    email: str | None
    phone: str | None
    visitor_id: str | None
    known_on: dt.date | None
    version_at: dt.datetime | None
    converted_on: dt.date | None
    is_valid: bool
    is_test: bool
    name_hash: str | None
    birth_date: dt.date | None

    def named(self) -> list[Key]:
        """The keys in the record."""
        return [
            Key(kind, key)
            for kind, column in _KEY_COLUMNS
            if (key := getattr(self, column)) is not None
        ]


class Records:
    """The records of the landing, read around some keys at a time."""

    def __init__(self, session: Any, evidence: Any, max_people: int) -> None:
        """Reads nothing yet.

        Args:
            session: the session of the dbt Python model: a DuckDB connection or a Spark session.
            evidence: the relation of the model erasure_evidence.
            max_people: a key with more contacts or addresses is not followed.
        """
        self._session = session if is_spark(session) else session.cursor()
        self._is_spark = is_spark(session)
        self._max_people = max_people
        # Whether the CRM has merged any contacts; known when the landing is open.
        self.has_merges = False
        if self._is_spark:
            self._frame = evidence
            evidence.createOrReplaceTempView("erasure_records")
        else:
            self._evidence = f"({evidence.sql_query()})"

    def requests(self) -> list[Record]:
        """The requests themselves."""
        source = "erasure_records" if self._is_spark else self._evidence
        return self._read(f"select {_LIST} from {source} where evidence = 'request'")

    def open(self) -> None:
        """Reads the landing once, into a table that ``close`` drops; requests are no evidence."""
        if self._is_spark:
            others = self._frame.filter("evidence <> 'request'")
            others.createOrReplaceTempView("erasure_records")
        else:
            return_freed_memory(self._session)
            self._session.execute(
                f"create or replace temporary table erasure_records as "
                f"select {_LIST} from {self._evidence} where evidence <> 'request'"
            )

        merges = "select 1 from erasure_records where merged_into is not null limit 1"
        self.has_merges = read_table(self._sql(merges)).num_rows > 0

    def close(self) -> None:
        """Drops the table."""
        if self._is_spark:
            self._session.catalog.dropTempView("erasure_records")
        else:
            self._session.execute("drop table if exists erasure_records")

    def shared(self, keys: Iterable[Key]) -> set[Key]:
        """The ``keys`` that belong to too many people to be followed."""
        self._ask(keys)
        found = [
            f"select '{kind}' as kind, records.{COLUMNS[kind]} as key from erasure_records as "
            f"records inner join erasure_keys on erasure_keys.kind = '{kind}' "
            f"and records.{COLUMNS[kind]} = erasure_keys.key group by records.{COLUMNS[kind]} "
            f"having count(distinct records.contact_id) > {self._max_people} "
            f"or count(distinct records.email) > {self._max_people}"
            for kind in _SHARED_KINDS
        ]
        rows = read_table(self._sql(" union all ".join(found))).to_pylist()
        return {Key(row["kind"], row["key"]) for row in rows}

    def around(self, keys: Iterable[Key]) -> set[Record]:
        """The records with one of the ``keys``."""
        self._ask(keys)
        return set(
            self._read(
                " union ".join(
                    f"select {_QUALIFIED} from erasure_records as records inner join erasure_keys "
                    f"on erasure_keys.kind = '{kind}' "
                    f"and records.{column} = erasure_keys.key"
                    for kind, column in _KEY_COLUMNS
                )
            )
        )

    def versions(self, record_ids: Iterable[tuple[str, str]]) -> set[Record]:
        """All versions of records, by their evidence and record_id."""
        self._ask(record_ids)
        return set(
            self._read(
                f"select distinct {_QUALIFIED} from erasure_records as records "
                "inner join erasure_keys on erasure_keys.kind = records.evidence "
                "and erasure_keys.key = records.record_id"
            )
        )

    def _ask(self, keys: Iterable[tuple[str, str]]) -> None:
        rows = sorted(keys)
        table = pa.table(
            {"kind": [kind for kind, _ in rows], "key": [key for _, key in rows]}, schema=_KEYS
        )
        if self._is_spark:
            spark_frame(self._session, table).createOrReplaceTempView("erasure_keys")
        else:
            self._session.register("erasure_keys", table)

    def _read(self, query: str) -> list[Record]:
        return [Record(**row) for row in read_table(self._sql(query)).to_pylist()]

    def _sql(self, query: str) -> Any:
        return self._session.sql(query)


_LIST = ", ".join(Record._fields)
_QUALIFIED = ", ".join(f"records.{column}" for column in Record._fields)
