"""A dbt-duckdb plugin that passes the secret of customer ids from the environment to sessions.

The secret is a variable of the connection. It is in no statement of dbt, so neither in the log nor
in ``target/``, and in no file. ``profiles/profiles.yml`` names this module.
"""

from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from customer_segmentation.keyed_hash import id_secret


class Plugin(BasePlugin):  # type: ignore[misc]
    """Sets the variable ``segments_id_secret`` of every connection that dbt opens."""

    def configure_cursor(self, cursor: Any) -> None:
        """Sets the variable, because each cursor is a connection with its own variables."""
        cursor.execute(f"set variable segments_id_secret = '{id_secret()}'")
