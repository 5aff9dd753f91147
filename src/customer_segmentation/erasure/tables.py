"""The rows of the model erased_keys: hashes of keys, never a key."""

from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from customer_segmentation.erasure.hashing import customer_id, id_hash, key_hash
from customer_segmentation.erasure.identity import Rules
from customer_segmentation.erasure.records import Records
from customer_segmentation.erasure.resolver import Erasure, Numbering, erasure
from customer_segmentation.relations import model_result, read_table, schema

_SCHEMA = schema(
    "key_hash string, kind string, person_no bigint, is_requested boolean, is_found boolean"
)


def erased_keys(
    session: Any,
    evidence: Any,
    as_of: Any,
    role_mailboxes: Any,
    countries: Any,
    max_contacts_per_key: int,
    max_group_size: int,
) -> Any:
    """The rows of the model: keys and possible customer_ids of erased people, as hashes.

    Args:
        session: the session of the dbt Python model.
        evidence, as_of, role_mailboxes, countries: the relations of the models and seeds.
        max_contacts_per_key: the var identity_max_contacts_per_key.
        max_group_size: the var identity_max_group_size.
    """
    records = Records(session, evidence, max_group_size)
    rules = Rules(
        max_contacts_per_key,
        max_group_size,
        frozenset(read_table(role_mailboxes)["mailbox"].to_pylist()),
    )
    found = erasure(
        records,
        read_table(as_of).to_pylist()[0]["as_of_date"],
        rules,
        {
            Numbering(row["calling_code"], row["trunk_prefix"] or "")
            for row in read_table(countries).to_pylist()
            if row["calling_code"]
        },
    )
    return model_result(session, hashed(found))


def hashed(found: Erasure) -> pa.Table:
    """One row per key, in an order that reveals nothing."""
    rows = {
        key_hash(*key): _Row(key.kind, is_requested=True, is_found=is_found)
        for key, is_found in found.named.items()
    }
    people = sorted(sorted(key_hash(*key) for key in person) for person in found.people)
    numbers = {hashes[0]: number for number, hashes in enumerate(people, 1)}
    for person in found.people:
        number = numbers[min(key_hash(*key) for key in person)]
        for key in person:
            rows.setdefault(key_hash(*key), _Row(key.kind)).person_no = number
            if key.kind != "order":
                hash_of_id = id_hash(customer_id(*key))
                rows[hash_of_id] = _Row("customer", person_no=number)
    return pa.Table.from_pylist(
        [{"key_hash": key, **asdict(row)} for key, row in sorted(rows.items())], _SCHEMA
    )


@dataclass
class _Row:
    kind: str
    person_no: int | None = None
    is_requested: bool = False
    is_found: bool = True
