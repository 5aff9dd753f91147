"""Lets projects whose vars mean the same to the parser share one parse.

dbt renders vars into configurations while it parses, so it parses everything again if any var
changes. Vars in ``READ_LATER`` are read only when models compile. If projects differ only by them,
the saved parse of one is given to the other with the vars of the other; dbt then parses only the
files that differ. If a model needed another reference after all, dbt would stop at it.
"""

import hashlib
import json
import os
import pprint
from collections.abc import Mapping
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import Any

import msgpack  # type: ignore[import-untyped]

# A test proves that no configuration or reference depends on them.
READ_LATER = {
    "allow_special_category": True,
    "as_of_date": "2025-01-31",
    "ip_ranges_path": "elsewhere.csv",
    "landing_path": "elsewhere",
    "order_min_net_amount": 1,
    "reporting_currency": "USD",
    "rfm_cut_version": "v2",
    "rfm_fixed_currency": "USD",
    "rfm_min_buyers": 50,
    "snowplow_ecommerce_app_ids": ["shop"],
    "start_history_anew": True,
    "unknown_age_is_too_young": False,
}

# dbt parses everything again if they differ.
_SETTINGS = ("dbt_project.yml", "profiles/profiles.yml")
_SAVED = Path("target") / "partial_parse.msgpack"


def take_parse(parses: Path, root: Path, target: str, variables: Mapping[str, Any]) -> None:
    """Gives the project in ``root`` a parse from ``parses``, unless it has one for these vars."""
    vars_hash, shared = _vars_hash(target, variables), parses / _name(root, target, variables)
    saved = root / _SAVED
    if not shared.exists() or _is_for(saved, vars_hash):
        return
    parse = msgpack.unpackb(shared.read_bytes())
    parse["state_check"]["vars_hash"]["checksum"] = vars_hash
    # dbt reads a seed below the root path of its node.
    for node in chain(parse["nodes"].values(), *parse["disabled"].values()):
        if "root_path" in node:
            node["root_path"] = str(root)
    saved.parent.mkdir(exist_ok=True)
    saved.write_bytes(msgpack.packb(parse))


def share_parse(parses: Path, root: Path, target: str, variables: Mapping[str, Any]) -> None:
    """Keeps the parse of the project in ``root``, if it is the first for such vars."""
    shared, saved = parses / _name(root, target, variables), root / _SAVED
    if shared.exists() or not _is_for(saved, _vars_hash(target, variables)):
        return
    parses.mkdir(parents=True, exist_ok=True)
    temporary = shared.with_suffix(f".{os.getpid()}")
    temporary.write_bytes(saved.read_bytes())
    temporary.replace(shared)


def _name(root: Path, target: str, variables: Mapping[str, Any]) -> str:
    """A name for what the parser reads of vars, target and settings."""
    read = {name: value for name, value in variables.items() if name not in READ_LATER}
    settings = [(root / file).read_text(encoding="utf-8") for file in _SETTINGS]
    text = json.dumps([settings, target, read], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _is_for(saved: Path, vars_hash: str) -> bool:
    return saved.exists() and vars_hash.encode() in saved.read_bytes()


def _vars_hash(target: str, variables: Mapping[str, Any]) -> str:
    """The hash that dbt compares; with a wrong one it parses everything."""
    parts = (pprint.pformat(variables), "", target, version("dbt-core"))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
