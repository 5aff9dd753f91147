"""The functions that macros and YAML files call as ``modules.customer_segmentation``."""

from collections.abc import Callable
from typing import Any

from dbt_common.exceptions import CompilationError

from customer_segmentation.business import business_problems, business_rows
from customer_segmentation.catalogue import segment_columns, segment_dimensions, unpacked
from customer_segmentation.definitions import definitions
from customer_segmentation.landing_files import (
    LandingError,
    export_plan,
    file_plan,
    lacking_columns,
    reading_problems,
    schema_problems,
    table_plan,
    unknown_files,
)
from customer_segmentation.landing_formats import compiled_format, format_problems
from customer_segmentation.landing_names import nearest_names
from customer_segmentation.paths import PACKAGE, copies_path, project_path
from customer_segmentation.preview.steps import kept_steps
from customer_segmentation.privacy import keep_private
from customer_segmentation.state import (
    database_problem,
    other_landing_problem,
    publication_problem,
    state_file,
    state_queries,
    state_relations,
    state_schema,
    views_problem,
)


def settings_problems(var: Any) -> list[str]:
    """The problems of the vars, from the function ``var`` of macros."""
    # Imported here, because pydantic is slow and most commands of dbt do not need it.
    from customer_segmentation.settings import Settings, problems

    root_vars = var._config.vars.to_dict()
    if var._config.project_name == PACKAGE:
        given, others = {*var._cli_vars, *root_vars}, set()
    else:
        given, others = {*var._cli_vars, *root_vars.get(PACKAGE, {})}, {*root_vars}
    values = {name: var(name) for name in Settings.model_fields if var.has_var(name)}
    return problems(values, given, others)


def _reading(plan: Callable[..., Any]) -> Callable[..., Any]:
    """The function ``plan`` for macros: it gets the folder of copies, and its errors are dbt's."""

    def read(*arguments: Any) -> Any:
        try:
            return plan(*arguments, copies_path())
        except LandingError as error:
            raise CompilationError(str(error)) from None

    return read


FUNCTIONS: dict[str, Callable[..., Any]] = {
    "business_problems": business_problems,
    "business_rows": business_rows,
    "compiled_format": compiled_format,
    "database_problem": database_problem,
    "definitions": definitions,
    "export_plan": _reading(export_plan),
    "file_plan": _reading(file_plan),
    "format_problems": format_problems,
    "keep_private": keep_private,
    "kept_steps": kept_steps,
    "lacking_columns": lacking_columns,
    "nearest_names": nearest_names,
    "other_landing_problem": other_landing_problem,
    "project_path": project_path,
    "publication_problem": publication_problem,
    "reading_problems": _reading(reading_problems),
    "schema_problems": schema_problems,
    "segment_columns": segment_columns,
    "segment_dimensions": segment_dimensions,
    "settings_problems": settings_problems,
    "state_file": state_file,
    "state_queries": state_queries,
    "state_relations": state_relations,
    "state_schema": state_schema,
    "table_plan": _reading(table_plan),
    "unknown_files": unknown_files,
    "unpacked_catalogue": unpacked,
    "views_problem": views_problem,
}
