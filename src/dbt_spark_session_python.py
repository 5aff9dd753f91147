"""Lets dbt run Python models in the Spark session that it has open (``method: session``).

dbt-spark sends Python models to Databricks and nowhere else. dbt-core imports every installed
module named ``dbt_*`` and starts the plugins that it lists; this one gives dbt-spark a way to
submit a model to its own session, the default of the session method. There it also clears the
files that a killed run left where a table has to go: Spark would fail until somebody deletes them.

Other methods stay as they are. Without dbt-spark, or with a target of another adapter, nothing
happens: dbt has loaded the target's adapter before it starts plugins.
"""

import re
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from dbt.plugins.manager import dbtPlugin
from dbt_common.exceptions import DbtRuntimeError

from customer_segmentation.errors import python_error

_LEFTOVER = re.compile(r"LOCATION_ALREADY_EXISTS.* location '([^']+)'")


class SessionJob:
    """Runs one compiled model, which ends by writing the model's table, in this process."""

    def __init__(self, parsed_model: Mapping[str, Any], credentials: Any) -> None:
        """Takes the model's node and the credentials of the target, as dbt-spark gives them."""
        self._path = parsed_model["original_file_path"]
        self._parameters = credentials.server_side_parameters

    def submit(self, compiled_code: str) -> None:
        """Runs the code; raises DbtRuntimeError with its traceback, without data, if it fails."""
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
        if module and module.SparkAdapter.python_submission_helpers.fget.__module__ != __name__:
            _run_python_in_session(module.SparkAdapter)
            _clear_leftovers(module.SparkConnectionManager)
            # Nothing here hands pandas to Spark; and dbt-spark asks every session for Hive, which
            # a Spark Connect server has already decided on.
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
    """``run()``, again without the files that were in its table's way, if there were any."""
    try:
        return run()
    except Exception as error:
        leftover = _LEFTOVER.search(str(error))
        if not leftover:
            raise
        # How to delete a folder in SQL, which every kind of session understands.
        run_sql("drop schema if exists leftover cascade")
        run_sql(f"create schema leftover location '{leftover[1]}'")
        run_sql("drop schema leftover cascade")
        return run()


plugins = [SparkSessionPython]
