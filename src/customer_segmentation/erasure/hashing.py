"""The hashes by which the project remembers erased people: the only place of them in Python.

The macro ``erased_key_hash`` says the same in SQL, and ``customer_id`` what
``int_customer_identifiers`` says.
"""

from hashlib import md5


def customer_id(kind: str, key: str) -> str:
    """The id of a customer whose oldest identifier is this one."""
    return md5(f"{kind}|{key}".encode()).hexdigest()


def key_hash(kind: str, key: str) -> str:
    """The hash of a key of an erased person; it is no ``customer_id``."""
    return md5(f"erased|{kind}|{key}".encode()).hexdigest()


def key_hash_sql(kind: str, expression: str) -> str:
    """``key_hash`` of an SQL expression, for DuckDB and Spark."""
    return f"md5('erased|{kind}|' || {expression})"
