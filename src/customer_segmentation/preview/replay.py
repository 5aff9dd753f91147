"""Runs the kept steps again over the last build, with the rows that the seeds have now."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import duckdb

from customer_segmentation.business import (
    BusinessFileError,
    PlacedRow,
    business_problems,
    placed_rows,
)
from customer_segmentation.preview.steps import EDITED, Step, read_steps
from customer_segmentation.relations import text_literal
from customer_segmentation.rules.evaluation import Inputs, statement_of_rules
from customer_segmentation.rules.lint import RulesError

# The name of the build database; the rows of the preview have the name that the code uses.
BUILT = "last_build"

# A mistake is shown with this many of its rows.
_SHOWN_ROWS = 5


@dataclass
class Replay:
    """The build database as it would be with today's rows.

    Attributes:
        connection: ``last_build`` has the tables of the last build; ``catalog`` has those of the
            preview in memory, and views of the others.
        steps: the kept steps by name, each after those that it reads.
        mistakes: one sentence each. With mistakes, only the seeds are up to date.
    """

    connection: duckdb.DuckDBPyConnection
    catalog: str
    steps: Mapping[str, Step]
    # The code of each view of the build by its name; '' for a table.
    built: Mapping[str, str]
    rows: dict[str, list[PlacedRow]] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    def before(self, name: str) -> str:
        """The table of the last build that a step has made, for a query."""
        relation: str = self.steps[name]["relation"]
        return relation.replace(f'"{self.catalog}".', f'"{BUILT}".', 1)

    def after(self, name: str) -> str:
        """The table of the preview in place of the one that a step has made."""
        relation: str = self.steps[name]["relation"]
        return relation

    def relation(self, model: str) -> str:
        """The table of the last build of a model that no step makes."""
        (found,) = (name for name in self.built if name.endswith(f'."{model}"'))
        return found.replace(_quoted(self.catalog), f'"{BUILT}"', 1)


@contextmanager
def replayed(database: Path, business_path: str | None = None) -> Iterator[Replay]:
    """The last build in the DuckDB file ``database`` with the rows that the seeds have now.

    Args:
        database: the build database; it is only read.
        business_path: a folder of own rows in place of that of the last build.

    Raises:
        FileNotFoundError: there is no such file.
        LookupError: the file has no complete build, or another process writes it.
    """
    with _opened(database) as (connection, steps):
        catalog = _catalog(steps)
        connection.execute(f"attach ':memory:' as {_quoted(catalog)}")
        built = {
            f'"{catalog}"."{schema}"."{name}"': code
            for schema, name, code in connection.execute(
                f"""
                select schema_name, view_name, sql from duckdb_views()
                where database_name = '{BUILT}' and not internal
                union all
                select schema_name, table_name, '' from duckdb_tables()
                where database_name = '{BUILT}'
                """
            ).fetchall()
        }
        replay = Replay(connection, catalog, steps, built)
        _Run(replay, business_path).all()
        yield replay


def rows_to_edit(database: Path) -> tuple[dict[str, list[PlacedRow]], dict[str, Step]]:
    """The rows that the edited seeds have now, and their steps.

    Raises:
        FileNotFoundError: there is no such file.
        LookupError: the file has no complete build, or another process writes it.
        BusinessFileError: a file of rows cannot be read.
    """
    with _opened(database) as (_, steps):
        edited = {name: steps[name] for name in EDITED}
        rows = {name: placed_rows(step, step["vars"].__getitem__) for name, step in edited.items()}
        return rows, edited


@contextmanager
def _opened(database: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, dict[str, Step]]]:
    """A connection in memory that reads the build as ``last_build``, and the kept steps."""
    if not database.is_file():
        raise FileNotFoundError(f"{database}: there is no build; run `make build` first")
    with duckdb.connect() as connection:
        # As in profiles.yml.
        connection.execute("set TimeZone = 'UTC'")
        try:
            connection.execute(f"attach {text_literal(str(database))} as {BUILT} (read_only)")
        except duckdb.IOException as error:
            reason = str(error).partition("IO Error: ")[2]
            raise LookupError(
                f"{database} cannot be read, as while a build writes it: {reason}"
            ) from None
        try:
            steps = read_steps(connection, BUILT)
        except LookupError as error:
            raise LookupError(f"{database}: {error.args[0]}") from None
        yield connection, steps


def _catalog(steps: Mapping[str, Step]) -> str:
    relation: str = steps["segments"]["relation"]
    return relation.split(".")[0].strip('"')


class _Run:
    """One run of the steps; it fills the ``replay``."""

    def __init__(self, replay: Replay, business_path: str | None) -> None:
        self.replay = replay
        self.connection = replay.connection
        self.business_path = business_path
        self.known: set[str] = set()
        self.built = replay.built
        # DuckDB keeps the code of a view with quotes only where a name needs them.
        self.relation = re.compile(rf'"?{re.escape(replay.catalog)}"?\."?(\w+)"?\."?(\w+)"?')

    def all(self) -> None:
        """Runs the seeds, their tests and the models; it stops at mistakes."""
        seeds = [step for step in self.replay.steps.values() if step["resource_type"] == "seed"]
        # As a build does first: a folder or a file of another name would not be read.
        self.replay.mistakes.extend(business_problems(seeds, self._vars(seeds[0]).__getitem__))
        if self.replay.mistakes:
            return
        kinds: dict[str, Callable[[Step], None]] = {
            "seed": self._load,
            "test": self._test,
            "model": self._build,
        }
        for kind, run in kinds.items():
            for step in self.replay.steps.values():
                if step["resource_type"] == kind:
                    run(step)
            if self.replay.mistakes:
                return

    def _vars(self, seed: Step) -> dict[str, Any]:
        """The vars that choose the rows of a seed."""
        given = {} if self.business_path is None else {"business_path": self.business_path}
        return {**seed["vars"], **given}

    def _load(self, step: Step) -> None:
        try:
            rows = placed_rows(step, self._vars(step).__getitem__)
        except (BusinessFileError, OSError) as error:
            self.replay.mistakes.append(str(error))
            return
        self.replay.rows[step["name"]] = rows
        self._fill(step, rows)

    def _fill(self, step: Step, rows: list[PlacedRow]) -> None:
        types = step["config"]["column_types"]
        declared = ", ".join(f"{_quoted(name)} {kind}" for name, kind in types.items())
        self._schema_of(step["relation"])
        self.connection.execute(f"create or replace table {step['relation']} ({declared})")
        if rows:
            values = [
                f"({', '.join(text_literal(text) if text else 'null' for text in row.fields)})"
                for row in rows
            ]
            self.connection.execute(f"insert into {step['relation']} values {', '.join(values)}")
        self.known.add(step["relation"])

    def _test(self, step: Step) -> None:
        """Adds a mistake for each claim that rows break, with the rows."""
        self._view_relations(step["code"])
        broken = self.connection.execute(step["code"])
        columns = [column[0] for column in broken.description]
        found = broken.fetchall()
        if not found:
            return
        if step["test"] != "claims":
            sentence = step["name"].replace("_", " ")
            for row in found[:_SHOWN_ROWS]:
                pairs = zip(columns, row, strict=True)
                values = ", ".join(f"{name} {value}" for name, value in pairs if value is not None)
                self.replay.mistakes.append(f"{sentence}; not so: {values}")
            return
        tested = self.replay.steps[step["tests"]]
        places = self._breaking_rows(tested, step["code"])
        for claim, count in found:
            where = ", ".join(map(str, places.get(claim, [])[:_SHOWN_ROWS]))
            at = f", row {where}" if where else ""
            file = next(
                (row.file.name for row in self.replay.rows.get(tested["name"], [])),
                f"{tested['name']}.csv",
            )
            self.replay.mistakes.append(f"{file}{at}: broken claim '{claim}', {count} times")

    def _breaking_rows(self, seed: Step, code: str) -> dict[str, list[int]]:
        """The numbers of the rows that raise the count of a broken claim, by the claim."""
        rows = self.replay.rows[seed["name"]]
        numbers: dict[str, list[int]] = {}
        before: dict[str, int] = {}
        for end, row in enumerate(rows, start=1):
            self._fill(seed, rows[:end])
            now = dict(self.connection.execute(code).fetchall())
            for claim, count in now.items():
                if count > before.get(claim, 0):
                    numbers.setdefault(claim, []).append(row.number)
            before = now
        return numbers

    def _build(self, step: Step) -> None:
        relation = step["relation"]
        self._schema_of(relation)
        code, parameters = step["code"], None
        if step["name"] == "rule_strengths":
            try:
                code, parameters = self._rule_statement(step)
            except RulesError as error:
                self.replay.mistakes.extend(str(error).splitlines())
                return
        self._view_relations(code)
        self.connection.execute(f"create table {relation} as {code}", parameters)
        self.known.add(relation)

    def _rule_statement(self, step: Step) -> tuple[str, Any]:
        rows = self.replay.rows["segment_rules"]
        statement = statement_of_rules(
            Inputs(**{one.name: self._visible(one.name) for one in fields(Inputs)}),
            exit_percent=float(step["config"]["meta"]["exit_percent"]),
            file=rows[0].file if rows else Path("segment_rules.csv"),
            on_spark=False,
        )
        return statement.sql, statement.parameters

    def _visible(self, name: str) -> duckdb.DuckDBPyRelation:
        """The seed or model of the preview, or that of the build if no step makes it."""
        (relation,) = (found for found in self.built if found.endswith(f'."{name}"'))
        self._view_relations(relation)
        return self.connection.sql(f"from {relation}")

    def _view_relations(self, code: str) -> None:
        """Makes the tables of the build that ``code`` reads visible by their names."""
        relations = {
            f'{_quoted(self.replay.catalog)}."{schema}"."{name}"'
            for schema, name in self.relation.findall(code)
        }
        for relation in relations - self.known:
            self.known.add(relation)
            if text := self.built.get(relation, ""):
                # A view of the build reads the tables of the preview.
                self._view_relations(text)
            self._schema_of(relation)
            table = relation.replace(_quoted(self.replay.catalog), f'"{BUILT}"', 1)
            self.connection.execute(f"create view {relation} as from {table}")

    def _schema_of(self, relation: str) -> None:
        self.connection.execute(f"create schema if not exists {relation.rpartition('.')[0]}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
