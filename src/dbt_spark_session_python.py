"""Lets dbt run Python models in its open Spark session (``method: session``).

dbt-spark only sends Python models to Databricks. dbt-core imports every installed module named
``dbt_*`` and starts its plugins. This plugin lets dbt-spark submit a model to its own session, by
default with the session method. It also removes files that a killed run left at the location of a
table, because Spark would fail until they are deleted.

Other methods are unchanged. Without dbt-spark, or with a target of another adapter, nothing
happens: dbt loads the target's adapter before it starts plugins. Nothing changes for a project that
is neither this one nor has it as a package.
"""

import re
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from dbt.plugins.manager import dbtPlugin
from dbt_common.exceptions import DbtRuntimeError

from customer_segmentation.errors import python_error
from customer_segmentation.paths import package_folder

_LEFTOVER = re.compile(r"LOCATION_ALREADY_EXISTS.* location '([^']+)'")


class SessionJob:
    """Runs one compiled model in this process; the model writes its table at the end."""

    def __init__(self, parsed_model: Mapping[str, Any], credentials: Any) -> None:
        """Takes the model's node and the credentials of the target from dbt-spark."""
        self._path = parsed_model["original_file_path"]
        self._parameters = credentials.server_side_parameters

    def submit(self, compiled_code: str) -> None:
        """Runs the code; if it fails, raises DbtRuntimeError with the traceback, without data."""
        from pyspark.sql import SparkSession

        # The same calls as dbt-spark's for SQL, hence the same session.
        builder = SparkSession.builder.enableHiveSupport()
        for name, value in self._parameters.items():
            builder = builder.config(name, value)
        spark = builder.getOrCreate()
        code = compile(compiled_code, self._path, "exec")
        try:
            _run_without_leftovers(lambda: exec(code, {"spark": spark}), spark.sql)
        except Exception as error:
            raise DbtRuntimeError(python_error(error)) from None


class SparkSessionPython(dbtPlugin):  # type: ignore[misc]  # dbt is not typed
    """The plugin: changes dbt-spark's adapter, once per process."""

    def initialize(self) -> None:
        """Called by dbt at the start of every invocation."""
        module = sys.modules.get("dbt.adapters.spark.impl")
        is_done = (
            module and module.SparkAdapter.python_submission_helpers.fget.__module__ == __name__
        )
        if module and not is_done and package_folder():
            _run_python_in_session(module.SparkAdapter)
            _clear_leftovers(module.SparkConnectionManager)
            # No pandas is passed to Spark here. dbt-spark asks every session for Hive, but a Spark
            # Connect server has already decided on it.
            warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas")
            warnings.filterwarnings("ignore", "Failed to set spark.sql.catalogImplementation")


def _run_python_in_session(adapter: Any) -> None:
    helpers = adapter.python_submission_helpers.fget
    default_method = adapter.default_python_submission_method.fget
    adapter.python_submission_helpers = property(
        lambda self: {**helpers(self), "session": SessionJob}
    )
    adapter.default_python_submission_method = property(
        lambda self: (
            "session" if self.config.credentials.method == "session" else default_method(self)
        )
    )


def _clear_leftovers(connection_manager: Any) -> None:
    add_query = connection_manager.add_query

    def add_query_without_leftovers(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.profile.credentials.method != "session":
            return add_query(self, *args, **kwargs)
        return _run_without_leftovers(
            lambda: add_query(self, *args, **kwargs), lambda sql: add_query(self, sql)
        )

    connection_manager.add_query = add_query_without_leftovers


def _run_without_leftovers(run: Callable[[], Any], run_sql: Callable[[str], Any]) -> Any:
    """Calls ``run()``; if leftover files block its table, removes them and calls it again."""
    try:
        return run()
    except Exception as error:
        leftover = _LEFTOVER.search(str(error))
        if not leftover:
            raise
        # SQL that deletes a folder in every kind of session.
        run_sql("drop schema if exists leftover cascade")
        run_sql(f"create schema leftover location '{leftover[1]}'")
        run_sql("drop schema leftover cascade")
        return run()


plugins = [SparkSessionPython]
