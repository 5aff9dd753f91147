"""Lets macros use Python for files, permissions, vars and the catalogue.

dbt-core imports every installed module named ``dbt_*`` and starts its plugins. This plugin adds
``modules.customer_segmentation`` for macros and YAML files, and the environment variable
``SEGMENTS_CATALOGUE``: the catalogue of segmentations as JSON. If a variable changes, dbt parses
the files that read it again, so a changed catalogue needs no option. Inputs that a unit test does
not name have no rows. Other projects in the same environment are not affected.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dbt.artifacts.resources import UnitTestInputFixture
from dbt.clients.yaml_helper import load_yaml_text
from dbt.context import base
from dbt.flags import get_flags
from dbt.parser.schemas import YamlReader
from dbt.parser.unit_tests import UnitTestManifestLoader
from dbt.plugins.manager import dbtPlugin
from dbt_common.context import get_invocation_context
from dbt_common.exceptions import CompilationError

from customer_segmentation.business import business_problems, business_rows
from customer_segmentation.catalogue import catalogue, migration_columns, segment_columns
from customer_segmentation.definitions import definitions
from customer_segmentation.landing_files import (
    LandingError,
    export_plan,
    file_plan,
    lacking_columns,
    reading_problems,
    table_plan,
    unknown_files,
)
from customer_segmentation.landing_formats import compiled_format, format_problems
from customer_segmentation.landing_names import nearest_names
from customer_segmentation.paths import copies_path, project_path
from customer_segmentation.privacy import keep_private
from customer_segmentation.state import (
    other_landing_problem,
    publication_problem,
    state_file,
    state_queries,
    state_relations,
    state_schema,
    views_problem,
)

_PROJECT = "customer_segmentation"


def settings_problems(var: Any) -> list[str]:
    """The problems of the vars, from the function ``var`` of macros."""
    # Imported here, because pydantic is slow and most commands of dbt do not need it.
    from customer_segmentation.settings import Settings, problems

    root_vars = var._config.vars.to_dict()
    if var._config.project_name == _PROJECT:
        given, others = {*var._cli_vars, *root_vars}, set()
    else:
        given, others = {*var._cli_vars, *root_vars.get(_PROJECT, {})}, {*root_vars}
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


_CALLABLE = {
    "business_problems": business_problems,
    "business_rows": business_rows,
    "compiled_format": compiled_format,
    "definitions": definitions,
    "export_plan": _reading(export_plan),
    "file_plan": _reading(file_plan),
    "format_problems": format_problems,
    "keep_private": keep_private,
    "lacking_columns": lacking_columns,
    "migration_columns": migration_columns,
    "nearest_names": nearest_names,
    "other_landing_problem": other_landing_problem,
    "project_path": project_path,
    "publication_problem": publication_problem,
    "reading_problems": _reading(reading_problems),
    "segment_columns": segment_columns,
    "settings_problems": settings_problems,
    "state_file": state_file,
    "state_queries": state_queries,
    "state_relations": state_relations,
    "state_schema": state_schema,
    "table_plan": _reading(table_plan),
    "unknown_files": unknown_files,
    "views_problem": views_problem,
}


class MacroModules(dbtPlugin):  # type: ignore[misc]  # dbt is not typed
    """The plugin: extends the modules of dbt, once per process."""

    def initialize(self) -> None:
        """Called by dbt at the start of every invocation."""
        if base.get_context_modules.__module__ != __name__:
            base.get_context_modules = _with_ours(base.get_context_modules)
            YamlReader.render_entry = _with_columns(YamlReader.render_entry)
            loader = UnitTestManifestLoader
            loader.parse_unit_test_case = _with_empty_inputs(loader.parse_unit_test_case)
        folder = _folder_of_project(self.project_name)
        if folder:
            # dbt has already copied the environment.
            environment: Any = get_invocation_context().env
            environment["SEGMENTS_CATALOGUE"] = json.dumps(catalogue(folder))


def _with_ours(known: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    return lambda: {**known(), _PROJECT: _CALLABLE}


def _with_columns(render_entry: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Let an item of `columns` in a YAML file be an expression for several columns."""

    def render(self: Any, entry: Any) -> Any:
        rendered = render_entry(self, entry)
        if any(isinstance(column, list) for column in rendered.get("columns") or ()):
            columns = []
            for column in rendered["columns"]:
                columns += column if isinstance(column, list) else [column]
            rendered["columns"] = columns
        return rendered

    return render


def _with_empty_inputs(parse: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """Give a unit test the inputs of its model that it does not name, without rows."""

    def parse_with_inputs(self: Any, test: Any) -> None:
        model = self.manifest.nodes[test.depends_on.nodes[0]]
        named = [
            self._get_original_input_node(given.input, model, test.name).unique_id
            for given in test.given
        ]
        for key in model.depends_on.nodes:
            if test.package_name == _PROJECT and key not in named:
                kind, _, *name = key.split(".")
                function = "source" if kind == "source" else "ref"
                unnamed = ", ".join(f"'{part}'" for part in name)
                test.given.append(UnitTestInputFixture(f"{function}({unnamed})", rows=[]))
        parse(self, test)

    return parse_with_inputs


def _folder_of_project(root_project: str) -> Path | None:
    """The folder of this dbt project: the root project, or one of its packages."""
    root = Path(getattr(get_flags(), "PROJECT_DIR", None) or ".")
    if root_project == _PROJECT:
        return root
    settings = load_yaml_text((root / "dbt_project.yml").read_text(encoding="utf-8"))
    folder = root / settings.get("packages-install-path", "dbt_packages") / _PROJECT
    return folder if folder.is_dir() else None


plugins = [MacroModules]
