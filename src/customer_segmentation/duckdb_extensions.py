"""A dbt-duckdb plugin that loads extensions of DuckDB from Python packages, without a download.

A profile names this module with the extensions; ``profiles/profiles.yml`` has examples. The package
duckdb-extension-postgres-scanner has the extension postgres_scanner, and so on.
"""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.exceptions import DbtRuntimeError


class Plugin(BasePlugin):  # type: ignore[misc]
    """Loads the extensions of its configuration before databases are attached."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Takes the list ``extensions``."""
        self._extensions: list[str] = plugin_config["extensions"]

    def configure_connection(self, conn: Any) -> None:
        """Loads them into the connection that all others share."""
        for name in self._extensions:
            conn.load_extension(extension_file(name))


def extension_file(name: str) -> str:
    """The file of the extension in its Python package.

    Raises:
        DbtRuntimeError: the package is not installed, or is for another version of DuckDB.
    """
    spec = find_spec(f"duckdb_extension_{name}")
    folder = Path(spec.origin).parent if spec and spec.origin else Path()
    file = folder / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
    if spec is None or not file.is_file():
        package = f"duckdb-extension-{name.replace('_', '-')}=={duckdb.__version__}"
        raise DbtRuntimeError(
            f"the extension {name} of DuckDB {duckdb.__version__} is not installed; "
            f"run pip install {package}"
        )
    return str(file)
