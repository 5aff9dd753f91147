"""Declare keys and comments in a published file: BI tools draw joins and show descriptions."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

from customer_segmentation.relations import text_literal

# An index takes 75 bytes per row and triples the time of writing: 5 GB for the memberships of a
# million customers. A sort doubles the time. Larger tables have comments, no keys, and the order of
# the build database.
MAX_KEYED_ROWS = 1_000_000


@dataclass
class Declaration:
    """Comments and keys of a table; columns of a key are one text, separated by commas.

    ``references`` are foreign keys: the columns, the other table and its columns.
    """

    comment: str = ""
    column_comments: dict[str, str] = field(default_factory=dict)
    primary_keys: list[str] = field(default_factory=list)
    unique_keys: list[str] = field(default_factory=list)
    references: list[tuple[str, str, str]] = field(default_factory=list)


def declarations(
    rows: Sequence[Mapping[str, str]], queries: Mapping[str, str]
) -> dict[str, Declaration]:
    """The declarations by published name, each after those that it references.

    Args:
        rows: the rows of the model published_descriptions.
        queries: published name -> query of its rows, from one table of the build database.
    """
    names = {_build_table(query): name for name, query in queries.items()}
    found: dict[str, Declaration] = defaultdict(Declaration)
    for name, query in queries.items():
        declared, table = found[name], _build_table(query)
        for row in rows:
            is_of_part = not row["condition"] or f"WHERE {row['condition']})" in query
            if row["table_name"] != table or not is_of_part:
                continue
            match row["kind"]:
                case "table":
                    declared.comment = row["description"]
                case "column":
                    declared.column_comments[row["columns"]] = row["description"]
                case "primary_key":
                    declared.primary_keys.append(row["columns"])
                case "unique":
                    declared.unique_keys.append(row["columns"])
                case "references" if row["other_table"] in names:
                    other = names[row["other_table"]]
                    declared.references.append((row["columns"], other, row["description"]))
    # Lists, because the order of a set differs from run to run.
    before = {
        name: [other for _, other, _ in declared.references if other != name]
        for name, declared in found.items()
    }
    return {name: found[name] for name in TopologicalSorter(before).static_order()}


def create_table(
    cursor: Any, name: str, query: str, declared: Mapping[str, Declaration], keyed: set[str]
) -> int:
    """Create the table of the attached database ``publication`` with its keys and comments.

    Args:
        cursor: a DuckDB cursor.
        name: the table.
        query: the query of its rows.
        declared: the declarations of all tables.
        keyed: the earlier tables with keys; the table is added if it has keys.

    Returns:
        The number of its rows.
    """
    [(count,)] = cursor.execute(f"select count(*) from ({query})").fetchall()
    types = {row[0]: row[1] for row in cursor.execute(f"describe {query}").fetchall()}
    definitions = [f'"{column}" {kind}' for column, kind in types.items()]
    order = ""
    if count <= MAX_KEYED_ROWS:
        # By the key, which comes first: equal runs give equal tables, and filters read less.
        order = "order by all"
        definitions += _constraints(declared[name], [*types], declared, keyed)
        keyed.add(name)
    # A foreign key finds the other table in the current database only.
    with in_publication(cursor):
        cursor.execute(f"create table {name} ({', '.join(definitions)})")
    cursor.execute(f"insert into publication.{name} select * from ({query}) {order}")
    comments = {f"table publication.{name}": declared[name].comment} | {
        f'column publication.{name}."{column}"': comment
        for column, comment in declared[name].column_comments.items()
        if column in types
    }
    write_comments(cursor, comments)
    return int(count)


@contextmanager
def in_publication(cursor: Any) -> Iterator[None]:
    """Makes the attached database ``publication`` the current one."""
    [(database, schema)] = cursor.execute("select current_database(), current_schema()").fetchall()
    cursor.execute("use publication")
    try:
        yield
    finally:
        cursor.execute(f'use "{database}"."{schema}"')


def write_comments(cursor: Any, comments: Mapping[str, str]) -> None:
    """Writes comments by their place, such as ``table publication.goals``; empty ones are none."""
    for place, comment in comments.items():
        if comment:
            cursor.execute(f"comment on {place} is {text_literal(comment)}")


def _constraints(
    declared: Declaration,
    columns: Sequence[str],
    others: Mapping[str, Declaration],
    keyed: set[str],
) -> Iterator[str]:
    # A part of a table may lack columns of a key.
    primary_keys, unique_keys = (
        [key for key in keys if {*key.split(", ")} <= {*columns}]
        for keys in (declared.primary_keys, declared.unique_keys)
    )
    # The primary key has the first column of the table; other keys are unique.
    primary_keys.sort(key=lambda key: columns[0] not in key.split(", "))
    yield from (f"primary key ({key})" for key in primary_keys[:1])
    yield from (f"unique ({key})" for key in [*primary_keys[1:], *unique_keys])
    for own_columns, other, other_columns in declared.references:
        keys = (*others[other].primary_keys, *others[other].unique_keys)
        if other in keyed and other_columns in keys:
            yield f"foreign key ({own_columns}) references {other} ({other_columns})"


def _build_table(query: str) -> str:
    """The name of the only table that a query reads; none if there are several."""
    found = re.findall(r'\bFROM (?:"?\w+"?\.)*"?(\w+)"?', query)
    return found[0] if len(found) == 1 else ""
