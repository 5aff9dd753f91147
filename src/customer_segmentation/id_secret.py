"""A dbt-duckdb plugin that hands the secret of customer ids from the environment to the session.

The secret goes into a variable of the connection: it is in no statement of dbt, so that neither the
log nor ``target/`` holds it, and in no file. ``profiles/profiles.yml`` names this module.
"""

from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from customer_segmentation.keyed_hash import id_secret


class Plugin(BasePlugin):  # type: ignore[misc]
    """Sets the variable ``segments_id_secret`` of every connection that dbt opens."""

    def configure_cursor(self, cursor: Any) -> None:
        """Variables belong to a connection, and a cursor is one."""
        cursor.execute(f"set variable segments_id_secret = '{id_secret()}'")
