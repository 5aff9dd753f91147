"""Lint the compiled SQL of the models in the dialects of both engines.

The models are compiled once, for DuckDB, and every rule checks them in its dialect. In Spark's
dialect they only have to parse, because the rules do not depend on the dialect. Differences of
spelling (quoted names, the name of the text type) are made neutral first. A parse error in Spark's
dialect then means a construct that Spark lacks.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import NamedTuple

from sqlfluff.core import FluffConfig, Linter

WORK = Path("target/lint")
LINTED, PARSED = "duckdb", "sparksql"


class Bound(NamedTuple):
    """The reason why a window over all rows has few rows.

    Attributes:
        rows: the rows, in words.
        inputs: the groups and tables that they come from in Spark's plan (window_plans).
    """

    rows: str
    inputs: set[str]


# On Spark, a window over all rows runs in one task. These have few rows, however many customers.
BOUNDED_WINDOWS = {
    "as_of.sql": Bound("a row per landing table and day", {"grouped by table_name, activity_date"}),
    "int_customer_categories.sql": Bound("a row per category", {"grouped by category"}),
    "int_recent_events.sql": Bound("a row per minute of a week", {"grouped by minute_no"}),
    "landing_volumes.sql": Bound(
        # The expressions are currencies and statuses; of the rates only the newest are left.
        "a row per figure of a landing table",
        {
            "grouped by a constant",
            "grouped by an expression",
            *("table as_of", "table landing_row_counts", "table landing_volumes"),
            "table stg_shop__exchange_rates",
        },
    ),
    "metric_days.sql": Bound("a row per day of 70 years", {"constants"}),
    "protected_members.sql": Bound(
        "a row per cell of published aggregates",
        {"grouped by kind, market_region, country_code, region, segmentation, segment, category"},
    ),
}
WHOLE_WINDOW = re.compile(r"\b(?:over|as) \(\s*(?:order by\b|rows\b|\))", re.IGNORECASE)
TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|[\w.]+|\S")
COLUMN = re.compile(r"([a-z_]\w*)\.\w+")
AFTER_JOIN = {
    *("left", "right", "full", "inner", "cross", "where"),
    *("group", "order", "having", "union", "window"),
}
FEWER_FEATURES = {
    "cluster_features": ["recency_days", "lifetime_orders"],
    "prospect_numbers": ["age_years", "employees"],
    "prospect_categories": ["country_code", "industry"],
}


def main() -> int:
    """Returns 1 if a dialect has complaints."""
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    compiled = subprocess.run(
        [
            str(Path(sys.executable).with_name("dbt")),
            *("--quiet", "--no-write-json", "--log-level-file", "none"),
            *("compile", "--target", "ci", "--select", "resource_type:model"),
            *("--target-path", str(WORK / "dbt")),
            # More features would repeat the same expressions in thousands of lines.
            *("--vars", json.dumps(FEWER_FEATURES)),
        ],
        # A separate database, so that a build can run at the same time.
        env={**os.environ, "SEGMENTS_DATABASE": str(WORK / "lint.duckdb")},
        check=False,
    )
    if compiled.returncode:
        return compiled.returncode
    texts = {
        source.name: neutral_sql(source.read_text(encoding="utf-8"))
        for source in (WORK / "dbt" / "compiled").glob("*/models/**/*.sql")
        # Unit tests are compiled beside their model.
        if not any(part.endswith(".yml") for part in source.parts)
    }
    # The longest first, so that no core waits for another one's last file.
    longest_first = sorted(texts, key=lambda name: (-len(texts[name]), name))
    jobs = [(dialect, name) for name in longest_first for dialect in (LINTED, PARSED)]
    with ProcessPoolExecutor() as pool:
        found = pool.map(
            complaints, (dialect for dialect, _ in jobs), (texts[name] for _, name in jobs)
        )
        lines = [
            f"{name} ({dialect}) {complaint}"
            for (dialect, name), of_file in zip(jobs, found, strict=True)
            for complaint in of_file
        ]
    of_all_rows = {name for name, text in texts.items() if WHOLE_WINDOW.search(text)}
    lines += [
        f"{name}: a window over all rows, or none any more (BOUNDED_WINDOWS)"
        for name in of_all_rows ^ BOUNDED_WINDOWS.keys()
    ]
    lines += [
        f"{name}: the left join of {joined} has a condition without it, which DuckDB plans as a "
        "nested loop over all rows; move the condition into a CTE"
        for name, text in texts.items()
        for joined in one_sided_joins(text)
    ]
    print("\n".join(sorted(lines)) or f"{len(texts)} compiled models: nothing to complain about")
    return int(bool(lines))


def complaints(dialect: str, sql: str) -> list[str]:
    """Complaints about SQL text in a dialect, each with its line and rule."""
    if dialect == LINTED:
        violations = linter(dialect).lint_string(sql).get_violations()
    else:
        violations = linter(dialect).parse_string(sql).violations
    return [f"line {each.line_no}: {each.rule_code()} {each.desc()}" for each in violations]


def one_sided_joins(sql: str) -> list[str]:
    """The tables of left joins that have a condition on earlier tables alone."""
    tokens = [token.lower() for token in TOKEN.findall(sql) if not token.startswith("--")]
    found = []
    for start in range(len(tokens)):
        if tokens[start : start + 2] != ["left", "join"]:
            continue
        on, depth = start + 2, 0
        while depth or tokens[on] != "on":
            depth += (tokens[on] == "(") - (tokens[on] == ")")
            on += 1
        joined = tokens[on - 1].rsplit(".", 1)[-1]
        conditions: list[set[str]] = [set()]
        for token in tokens[on + 1 :]:
            depth += (token in ("(", "case")) - (token in (")", "end"))
            if depth < 0 or (not depth and token in AFTER_JOIN):
                break
            if token == "and" and not depth:
                conditions.append(set())
            elif column := COLUMN.fullmatch(token):
                conditions[-1].add(column[1])
        if any(tables and joined not in tables for tables in conditions):
            found.append(joined)
    return found


@cache
def linter(dialect: str) -> Linter:
    """sqlfluff with the rules of .sqlfluff; loading a dialect takes seconds."""
    # The limits are meant for SQL of strangers; erasure_evidence reads every table of people.
    limits = {"max_parse_nodes": 0, "rust_parser_max_iterations": 100_000_000}
    return Linter(config=FluffConfig.from_root(overrides={"dialect": dialect, **limits}))


def neutral_sql(text: str) -> str:
    """SQL text without mere differences of spelling between the engines."""
    text = re.sub(r'"([a-z_]+)"', r"\1", text)
    text = re.sub(r"\bas\s+text\s*\)", "as string)", text, flags=re.IGNORECASE)
    text = text.replace(" as materialized (", " as (")
    text = re.sub(r"\blambda\s+(\w+),\s+(\w+)\s*:", r"(\1, \2) ->", text)
    return re.sub(r"\bas timestamptz\)", "as timestamp)", text)


if __name__ == "__main__":
    sys.exit(main())
