"""Keeps personal data out of the errors that dbt prints, logs and writes to ``target``.

dbt-core imports every installed module named ``dbt_*`` and starts its plugins. This plugin rewrites
errors of dbt-duckdb with ``customer_segmentation.errors`` before dbt receives them, for any profile
and any command.

Only errors of this project's nodes are rewritten. If another project uses it as a package, errors
of the other nodes keep their texts. Nothing changes for projects that do not use it.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbt.plugins.manager import dbtPlugin
from dbt_common.events.contextvars import get_node_info
from dbt_common.exceptions import DbtRuntimeError

from customer_segmentation.errors import database_error, python_error
from customer_segmentation.paths import PACKAGE, package_folder


class ErrorsWithoutData(dbtPlugin):  # type: ignore[misc]  # dbt is not typed
    """The plugin: changes dbt-duckdb's adapter, once per process."""

    def initialize(self) -> None:
        """Called by dbt at the start of every invocation."""
        module = sys.modules.get("dbt.adapters.duckdb.impl")
        is_done = module and module.DuckDBAdapter.submit_python_job.__module__ == __name__
        if module and not is_done and package_folder():
            _rewrite_database_errors(module.DuckDBConnectionManager)
            _rewrite_python_errors(module.DuckDBAdapter)


def _rewrite_database_errors(connection_manager: Any) -> None:
    handle_exception = connection_manager.exception_handler
    execute = connection_manager.execute

    @contextmanager
    def exception_handler(self: Any, sql: str, *args: Any, **kwargs: Any) -> Iterator[None]:
        # Ours is the inner one, so dbt-duckdb rolls back, logs and raises the rewritten error.
        with (
            handle_exception(self, sql, *args, **kwargs),
            database_errors_without_data(sql, DatabaseError),
        ):
            yield

    def execute_and_fetch(self: Any, sql: str, *args: Any, **kwargs: Any) -> Any:
        # Fetching a row can fail too.
        with database_errors_without_data(sql, DbtRuntimeError):
            return execute(self, sql, *args, **kwargs)

    connection_manager.exception_handler = exception_handler
    connection_manager.execute = execute_and_fetch


class DatabaseError(Exception):
    """An error in words without data."""


@contextmanager
def database_errors_without_data(sql: str, kind: type[Exception]) -> Iterator[None]:
    """Raises an error of this ``kind`` for a database error of ``sql``."""
    try:
        yield
    except Exception as error:
        # An error of dbt has a cause only if it repeats a database error.
        cause = error.__cause__ if isinstance(error, DbtRuntimeError) else error
        if cause is None or isinstance(cause, DatabaseError) or not _is_of_this_project():
            raise
        raise kind(database_error(cause, sql)) from None


def _rewrite_python_errors(adapter: Any) -> None:
    submit = adapter.submit_python_job

    def submit_python_job(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return submit(self, *args, **kwargs)
        except DbtRuntimeError as error:
            # dbt-duckdb puts the whole traceback into an error without a cause.
            if error.__context__ is None or not _is_of_this_project():
                raise
            raise DbtRuntimeError(python_error(error.__context__)) from None

    adapter.submit_python_job = submit_python_job


def _is_of_this_project() -> bool:
    """Whether the current node belongs to this project; outside of nodes, whether the run does."""
    parts = get_node_info().get("unique_id", "").split(".")
    return parts[1] == PACKAGE if len(parts) > 1 else package_folder() is not None


plugins = [ErrorsWithoutData]
