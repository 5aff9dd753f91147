"""The hashes by which the project remembers erased people: the only place of them in Python.

The macros ``erased_key_hash`` and ``erased_id_hash`` say the same in SQL.
"""

from hashlib import md5

from customer_segmentation.keyed_hash import keyed_hash


def customer_id(kind: str, key: str) -> str:
    """The id of a customer whose oldest identifier is this one."""
    return keyed_hash(f"{kind}|{key}")


def key_hash(kind: str, key: str) -> str:
    """The hash of a key of an erased person; it is no ``customer_id``."""
    return keyed_hash(f"erased|{kind}|{key}")


def id_hash(customer_id: str) -> str:
    """The hash of the id of an erased customer, which nobody can guess where ids are keyed."""
    return md5(f"erased|customer|{customer_id}".encode()).hexdigest()
