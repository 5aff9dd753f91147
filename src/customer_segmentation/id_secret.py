"""A dbt-duckdb plugin that hands the secret of customer ids from the environment to the session.

The secret goes into a variable of the connection: it is in no statement of dbt, so that neither the
log nor ``target/`` holds it, and in no file. ``profiles/profiles.yml`` names this module.
"""

import os
import re
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

ENVIRONMENT_VARIABLE = "SEGMENTS_ID_SECRET"


def id_secret() -> str:
    """The secret, or an empty text where the environment has none.

    Raises:
        ValueError: it has a character that is not safe in every shell, file and engine.
    """
    secret = os.environ.get(ENVIRONMENT_VARIABLE, "")
    if not re.fullmatch(r"[A-Za-z0-9+/=_.-]*", secret):
        raise ValueError(
            f"{ENVIRONMENT_VARIABLE} may only have letters, digits and + / = _ . - in it"
        )
    return secret


class Plugin(BasePlugin):  # type: ignore[misc]
    """Sets the variable ``segments_id_secret`` of every connection that dbt opens."""

    def configure_cursor(self, cursor: Any) -> None:
        """Variables belong to a connection, and a cursor is one."""
        cursor.execute(f"set variable segments_id_secret = '{id_secret()}'")
