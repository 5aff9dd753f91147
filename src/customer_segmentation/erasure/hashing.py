"""The hashes of erased people: the only place in Python that makes them.

The macros ``erased_key_hash`` and ``erased_id_hash`` do the same in SQL.
"""

from hashlib import md5

from customer_segmentation.keyed_hash import keyed_hash


def customer_id(kind: str, key: str) -> str:
    """The id of the customer with this oldest identifier."""
    return keyed_hash(f"{kind}|{key}")


def key_hash(kind: str, key: str) -> str:
    """The hash of a key of an erased person; it differs from every ``customer_id``."""
    return keyed_hash(f"erased|{kind}|{key}")


def id_hash(customer_id: str) -> str:
    """The hash of the id of an erased customer; nobody can guess it if ids are keyed."""
    return md5(f"erased|customer|{customer_id}".encode()).hexdigest()
