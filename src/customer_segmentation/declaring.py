"""Declare keys and comments in a published file: BI tools draw joins and show descriptions."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# An index takes 75 bytes per row and triples the time of writing: 5 GB for the memberships of a
# million customers. Larger tables have comments but no keys.
MAX_KEYED_ROWS = 1_000_000


@dataclass(frozen=True)
class Reference:
    """A foreign key: ``columns`` have values of ``other_columns`` in ``other_table``."""

    columns: str
    other_table: str
    other_columns: str


@dataclass
class Declaration:
    """Comments and keys of a table; columns of a key are one text, separated by commas."""

    comment: str = ""
    column_comments: dict[str, str] = field(default_factory=dict)
    primary_keys: list[str] = field(default_factory=list)
    unique_keys: list[str] = field(default_factory=list)
    references: list[Reference] = field(default_factory=list)


def declarations(
    rows: Sequence[Mapping[str, str]], queries: Mapping[str, str]
) -> dict[str, Declaration]:
    """The declarations by published name.

    Args:
        rows: the rows of the model published_descriptions.
        queries: published name -> query of its rows, from one table of the build database.
    """
    found = {name: Declaration() for name in queries}
    tables = {name: _build_table(query) for name, query in queries.items()}
    names = {table: name for name, table in tables.items()}
    for name, table in tables.items():
        declared = found[name]
        for row in rows:
            is_of_part = not row["condition"] or f"WHERE {row['condition']})" in queries[name]
            if row["table_name"] != table or not is_of_part:
                continue
            match row["kind"]:
                case "table":
                    declared.comment = row["description"]
                case "column":
                    declared.column_comments[row["columns"]] = row["description"]
                case "primary_key":
                    declared.primary_keys.append(row["columns"])
                case "unique_combination":
                    declared.unique_keys.append(row["columns"])
                case "relationships" if row["other_table"] in names:
                    other = names[row["other_table"]]
                    reference = Reference(row["columns"], other, row["description"])
                    declared.references.append(reference)
    return found


def writing_order(declared: Mapping[str, Declaration]) -> list[str]:
    """The tables in an order in which references come first."""
    order: list[str] = []

    def visit(name: str) -> None:
        if name not in order:
            for reference in declared[name].references:
                if reference.other_table != name:
                    visit(reference.other_table)
            order.append(name)

    for name in declared:
        visit(name)
    return order


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
    columns = [(row[0], row[1]) for row in cursor.execute(f"describe {query}").fetchall()]
    constraints: list[str] = []
    if count <= MAX_KEYED_ROWS:
        constraints = list(
            _constraints(declared[name], [name for name, _ in columns], declared, keyed)
        )
        keyed.add(name)
    definitions = [f'"{column}" {kind}' for column, kind in columns] + constraints
    # A foreign key only finds tables of the current database.
    [(database, schema)] = cursor.execute("select current_database(), current_schema()").fetchall()
    cursor.execute("use publication")
    try:
        cursor.execute(f"create table {name} ({', '.join(definitions)})")
    finally:
        cursor.execute(f'use "{database}"."{schema}"')
    # Ordered by the key, which comes first: equal runs give equal files, and filters read less.
    cursor.execute(f"insert into publication.{name} select * from ({query}) order by all")
    if declared[name].comment:
        comment = _literal(declared[name].comment)
        cursor.execute(f"comment on table publication.{name} is {comment}")
    known = {column for column, _ in columns}
    for column, comment in declared[name].column_comments.items():
        if column in known and comment:
            text = _literal(comment)
            cursor.execute(f'comment on column publication.{name}."{column}" is {text}')
    return int(count)


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
    for reference in declared.references:
        target = others[reference.other_table]
        is_key = reference.other_columns in (*target.primary_keys, *target.unique_keys)
        if is_key and reference.other_table in keyed:
            yield (
                f"foreign key ({reference.columns}) "
                f"references {reference.other_table} ({reference.other_columns})"
            )


def _build_table(query: str) -> str:
    """The name of the only table that a query reads; none if there are several."""
    found = re.findall(r'\bFROM (?:"?\w+"?\.)*"?(\w+)"?', query)
    return found[0] if len(found) == 1 else ""


def _literal(text: str) -> str:
    escaped = text.replace("'", "''")
    return f"'{escaped}'"
