"""Let SQLAlchemy, and so Great Expectations, query a DuckDB connection that is already open.

dbt holds the only connection that may write to the database file, so a gate cannot open a second
one. There are three small layers. ``Cursor`` and ``Connection`` give DuckDB the behaviour of PEP
249 that SQLAlchemy needs. ``LiveModule`` is the PEP 249 module. ``LiveDuckDBDialect`` has the
differences between DuckDB and PostgreSQL.
"""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import duckdb
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGCompiler, PGDialect

CONNECTION_STRING = "postgresql+live_duckdb://"

# The view of the rows to check, in every cursor.
VIEW = "checked_rows"


class Cursor:
    """One DuckDB cursor, with its own pending result.

    Great Expectations fetches after it has returned the SQLAlchemy connection. So cursors must not
    share results, and closing a cursor must not end its result.
    """

    arraysize = 1
    rowcount = -1

    def __init__(self, connection: duckdb.DuckDBPyConnection, query: str) -> None:
        """Opens the DuckDB cursor with a temporary view VIEW of ``query``."""
        self._cursor = connection.cursor()
        self._cursor.execute(f"create temporary view {VIEW} as {query}")
        self.description: Any = None

    def execute(self, statement: str, parameters: Sequence[Any] | None = None) -> None:
        """Runs one statement; DuckDB's own exceptions pass through."""
        self._cursor.execute(statement, list(parameters) if parameters else None)
        self.description = self._cursor.description

    def fetchone(self) -> tuple[Any, ...] | None:
        """The next row, or None."""
        return self._cursor.fetchone()

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        """At most ``size`` more rows."""
        return self._cursor.fetchmany(size)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All remaining rows."""
        return self._cursor.fetchall()

    def close(self) -> None:
        """Nothing: the DuckDB cursor ends with this object."""


class Connection:
    """The live connection. dbt controls its transaction and its end."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, query: str) -> None:
        """Keeps the connection and the query of VIEW."""
        self._connection = connection
        self._query = query

    def cursor(self) -> Cursor:
        """A new cursor; it sees committed data only."""
        return Cursor(self._connection, self._query)

    def commit(self) -> None:
        """Nothing."""

    def rollback(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class LiveModule:
    """The module interface of PEP 249."""

    apilevel = "2.0"
    threadsafety = 1
    paramstyle = "qmark"
    Warning = duckdb.Warning
    Error = duckdb.Error
    InterfaceError = duckdb.Error
    DatabaseError = duckdb.DatabaseError
    DataError = duckdb.DataError
    OperationalError = duckdb.OperationalError
    IntegrityError = duckdb.IntegrityError
    InternalError = duckdb.InternalError
    ProgrammingError = duckdb.ProgrammingError
    NotSupportedError = duckdb.NotSupportedError


class LiveDuckDBCompiler(PGCompiler):
    """PostgreSQL's SQL, with the differences of DuckDB."""

    def visit_bindparam(self, bindparam: Any, *args: Any, **kwargs: Any) -> str:
        """Writes a number with a point into the statement, where DuckDB reads it as a decimal.

        A bound number is a double. It would turn amounts into doubles, and a sum of doubles depends
        on the order of rows and the number of threads.
        """
        if isinstance(bindparam.value, float):
            kwargs["literal_execute"] = True
        return str(super().visit_bindparam(bindparam, *args, **kwargs))  # type: ignore[no-untyped-call]

    def visit_custom_op_binary(self, element: Any, operator: Any, **kwargs: Any) -> str:
        """PostgreSQL's ``~`` looks for a match anywhere, DuckDB's matches the whole text."""
        if operator.opstring not in ("~", "~*", "!~", "!~*"):
            return str(super().visit_custom_op_binary(element, operator, **kwargs))  # type: ignore[no-untyped-call]
        text = self.process(element.left, **kwargs)
        pattern = self.process(element.right, **kwargs)
        options = ", 'i'" if operator.opstring.endswith("*") else ""
        negation = "not " if operator.opstring.startswith("!") else ""
        return f"({negation}regexp_matches({text}, {pattern}{options}))"


class LiveDuckDBDialect(PGDialect):
    """DuckDB for SQLAlchemy, named postgresql because Great Expectations knows that name."""

    name = "postgresql"
    driver = "live_duckdb"
    default_paramstyle = "qmark"
    statement_compiler = LiveDuckDBCompiler
    supports_statement_cache = True
    supports_sane_rowcount = False
    supports_server_side_cursors = False

    _SIMPLE_TYPES: ClassVar[dict[str, sa.types.TypeEngine[Any]]] = {
        "BOOLEAN": sa.BOOLEAN(),
        "TINYINT": sa.SMALLINT(),
        "SMALLINT": sa.SMALLINT(),
        "INTEGER": sa.INTEGER(),
        "BIGINT": sa.BIGINT(),
        "HUGEINT": sa.NUMERIC(),
        "FLOAT": sa.REAL(),
        "DOUBLE": sa.DOUBLE(),
        "VARCHAR": sa.VARCHAR(),
        "DATE": sa.DATE(),
        "TIMESTAMP": sa.TIMESTAMP(),
        "TIMESTAMP WITH TIME ZONE": sa.TIMESTAMP(timezone=True),
    }

    @classmethod
    def import_dbapi(cls) -> Any:
        """The PEP 249 module."""
        return LiveModule

    def initialize(self, connection: sa.Connection) -> None:
        """Does nothing: DuckDB cannot answer the queries of PostgreSQL."""
        self.server_version_info = (14, 0)  # type: ignore[assignment]
        self.default_schema_name = "main"

    def on_connect(self) -> None:
        """No set-up, because dbt has done it."""

    def get_columns(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **kwargs: Any
    ) -> list[Any]:
        """Names and types of the columns of a cursor's VIEW, in order."""
        rows = connection.exec_driver_sql(
            "select column_name, data_type from information_schema.columns "
            "where table_catalog = 'temp' and table_name = ? order by ordinal_position",
            (str(table_name),),
        ).fetchall()
        if not rows:
            raise sa.exc.NoSuchTableError(table_name)
        return [
            {"name": name, "type": self._type(data_type), "nullable": True, "default": None}
            for name, data_type in rows
        ]

    def get_pk_constraint(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **kwargs: Any
    ) -> Any:
        """None: dbt's tables declare no keys."""
        return {"constrained_columns": [], "name": None}

    def get_schema_names(self, connection: sa.Connection, **kwargs: Any) -> list[str]:
        """All schemas, for the message of Great Expectations about a missing one."""
        statement = "select schema_name from information_schema.schemata"
        return [row[0] for row in connection.exec_driver_sql(statement)]

    def _type(self, data_type: Any) -> sa.types.TypeEngine[Any]:
        if data_type.startswith("DECIMAL("):
            precision, scale = data_type.removeprefix("DECIMAL(").removesuffix(")").split(",")
            return sa.DECIMAL(int(precision), int(scale))
        return self._SIMPLE_TYPES.get(data_type, sa.types.NullType())


def creator(connection: duckdb.DuckDBPyConnection, query: str) -> Callable[[], Connection]:
    """The creator for ``sqlalchemy.create_engine(CONNECTION_STRING, creator=...)``.

    ``query`` is the query of VIEW.
    """
    return lambda: Connection(connection, query)


sa.dialects.registry.register("postgresql.live_duckdb", __name__, LiveDuckDBDialect.__name__)
