"""Read the landing contract from the sources YAML, its only definition."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

# Ten times as fast as yaml.safe_load, where the library of it is installed.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class LandingTable:
    """One landing table: its domain, its key and its columns with the PII class of each."""

    name: str
    domain: str
    key: str
    known_at: str | None
    columns: tuple[str, ...]
    required: frozenset[str]
    pii: Mapping[str, str]


def load_contract(project_directory: Path) -> dict[str, LandingTable]:
    """All landing tables by name, from ``models/staging/*/_*__sources.yml``.

    Raises FileNotFoundError if there is no such file.
    """
    paths = sorted(project_directory.glob("models/staging/*/_*__sources.yml"))
    if not paths:
        raise FileNotFoundError("no models/staging/*/_*__sources.yml in the dbt project")
    tables = [
        _landing_table(table)
        for path in paths
        for source in yaml.load(path.read_text(encoding="utf-8"), _LOADER)["sources"]
        if source["name"] == "landing"
        for table in source["tables"]
    ]
    return {table.name: table for table in tables}


def tables_by_domain(project_directory: Path) -> dict[str, list[str]]:
    """The names of all landing tables by domain."""
    domains: dict[str, list[str]] = {}
    for table in load_contract(project_directory).values():
        domains.setdefault(table.domain, []).append(table.name)
    return domains


def _landing_table(table: Mapping[str, Any]) -> LandingTable:
    meta = table["config"]["meta"]
    column_meta = {
        column["name"]: column.get("config", {}).get("meta", {}) for column in table["columns"]
    }
    return LandingTable(
        name=table["name"],
        domain=meta["domain"],
        key=meta["key"],
        known_at=meta.get("known_at"),
        columns=tuple(column_meta),
        required=frozenset(name for name, of in column_meta.items() if of.get("required")),
        pii={name: of.get("pii", "none") for name, of in column_meta.items()},
    )
