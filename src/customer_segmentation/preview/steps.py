"""The steps of a build that a preview runs again; the build keeps them in its database."""

import json
from collections.abc import Callable, Iterable, Mapping
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from customer_segmentation.business import is_of_the_business
from customer_segmentation.paths import PACKAGE, project_path

Step = dict[str, Any]

# The schema has one table, and no other model.
TABLE = "preview.steps"

# Seeds whose rows a preview tries.
EDITED = (
    "segments",
    "segment_rules",
    "audiences",
    "audience_segments",
    "audience_offers",
    "suppression_rules",
)
# Models that a preview shows.
SHOWN = ("agg_audience_exclusions", "agg_rule_overlaps", "int_customer_suppressions")

_KEPT = ("name", "resource_type", "package_name", "original_file_path", "root_path")
# Vars that choose the rows of a seed.
_VARS = ("landing", "use_examples", "business_path")


def kept_steps(
    results: Iterable[Any], nodes: Mapping[str, Any], var: Callable[..., Any]
) -> list[tuple[str, str]]:
    """Name and JSON of each step that a run of dbt has just done.

    Args:
        results: the results of the run.
        nodes: all nodes of the graph by their ids.
        var: the function of macros.
    """
    wanted = _wanted(nodes)
    steps = []
    for result in results:
        key = result.node.unique_id
        if key not in wanted or str(result.status) not in ("success", "pass", "fail", "warn"):
            continue
        node = nodes[key]
        step: Step = {name: node.get(name) for name in _KEPT}
        step["relation"] = node.get("relation_name")
        step["reads"] = [nodes[parent]["name"] for parent in _parents(node) if parent in nodes]
        step["config"] = {
            "column_types": node["config"].get("column_types"),
            "meta": node["config"].get("meta"),
        }
        step["test"] = (node.get("test_metadata") or {}).get("name")
        if attached := node.get("attached_node"):
            step["tests"] = nodes[attached]["name"]
        if node["resource_type"] == "seed":
            step["vars"] = {name: var(name) for name in _VARS}
            if folder := var("business_path"):
                step["vars"]["business_path"] = str(Path(project_path(folder)).absolute())
        else:
            step["code"] = result.node.compiled_code
        steps.append((node["name"], json.dumps(step, default=str)))
    return steps


def read_steps(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, Step]:
    """The kept steps by name, each after those that it reads.

    Raises:
        LookupError: no build has kept its steps, or not all of them.
    """
    exists = connection.execute(
        f"""
        select 1 from duckdb_tables()
        where database_name = '{catalog}' and schema_name || '.' || table_name = '{TABLE}'
        """
    ).fetchone()
    rows = connection.execute(f'select step from "{catalog}".{TABLE}').fetchall() if exists else []
    steps = {step["name"]: step for (text,) in rows for step in [json.loads(text)]}
    if missing := sorted({*EDITED, *SHOWN} - steps.keys()):
        raise LookupError(
            f"it has no complete build of this version, as it lacks {missing[0]}; run `make build`"
            ", and after an update of the project once `dbt build --no-partial-parse`"
        )
    reads = {
        name: [read for read in step["reads"] if read in steps] for name, step in steps.items()
    }
    return {name: steps[name] for name in TopologicalSorter(reads).static_order()}


def _wanted(nodes: Mapping[str, Any]) -> set[str]:
    """Seeds of the business, models from the edited seeds to what is shown, and tests of seeds."""
    seeds = {key for key, node in nodes.items() if is_of_the_business(node)}
    edited = {f"seed.{PACKAGE}.{name}" for name in EDITED}
    shown = {f"model.{PACKAGE}.{name}" for name in SHOWN}
    parents = {key: _parents(node) for key, node in nodes.items()}
    before = _reached(shown, parents)
    children: dict[str, list[str]] = {}
    for key in before:
        for parent in parents.get(key, []):
            children.setdefault(parent, []).append(key)
    tests = {
        key
        for key, node in nodes.items()
        if node["resource_type"] == "test" and edited & {*parents[key]} and {*parents[key]} <= seeds
    }
    return seeds | tests | (_reached(edited, children) - edited)


def _parents(node: Mapping[str, Any]) -> list[str]:
    parents: list[str] = node.get("depends_on", {}).get("nodes", [])
    return parents


def _reached(starts: Iterable[str], edges: Mapping[str, Iterable[str]]) -> set[str]:
    """The nodes that ``edges`` lead to from ``starts``, these included."""
    reached = {*starts}
    waiting = list(reached)
    while waiting:
        for key in edges.get(waiting.pop(), ()):
            if key not in reached:
                reached.add(key)
                waiting.append(key)
    return reached
