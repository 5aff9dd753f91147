"""The keyed hash of customer ids, equal to the macro ``keyed_hash`` in SQL."""

import os
import re
from hashlib import md5, sha256

ENVIRONMENT_VARIABLE = "SEGMENTS_ID_SECRET"


def id_secret() -> str:
    """The secret, or an empty text if the environment has none.

    Raises:
        ValueError: it has a character that is not safe in every shell, file and engine.
    """
    secret = os.environ.get(ENVIRONMENT_VARIABLE, "")
    if not re.fullmatch(r"[A-Za-z0-9+/=_.-]*", secret):
        raise ValueError(
            f"{ENVIRONMENT_VARIABLE} may only have letters, digits and + / = _ . - in it"
        )
    return secret


def keyed_hash(text: str) -> str:
    """32 hexadecimal digits: keyed with the secret, or md5 without a secret."""
    secret = id_secret()
    if not secret:
        return md5(text.encode()).hexdigest()
    inner = sha256(f"{secret}|{text}".encode()).hexdigest()
    return sha256(f"{secret}|{inner}".encode()).hexdigest()[:32]
