"""Lets macros use Python for files, permissions, vars and the catalogue.

dbt-core imports every installed module named ``dbt_*`` and starts its plugins. This plugin adds
``modules.customer_segmentation`` for macros and YAML files, and the environment variable
``SEGMENTS_CATALOGUE``: the catalogue of segmentations and the names of the landing tables.
If a variable changes, dbt parses the files that read it again, so a changed catalogue needs no
option. Inputs that a unit test does not name have no rows.

Nothing changes for a project that is neither this one nor has it as a package.
"""

import gc
import os
from collections.abc import Callable
from typing import Any

from dbt.artifacts.resources import UnitTestInputFixture
from dbt.context import base
from dbt.parser.schemas import YamlReader
from dbt.parser.unit_tests import UnitTestManifestLoader
from dbt.plugins.manager import dbtPlugin
from dbt_common.context import get_invocation_context

from customer_segmentation.paths import PACKAGE, package_folder

_CATALOGUE = "SEGMENTS_CATALOGUE"


class MacroModules(dbtPlugin):  # type: ignore[misc]  # dbt is not typed
    """The plugin: extends the modules of dbt, once per process."""

    def initialize(self) -> None:
        """Called by dbt at the start of every invocation."""
        folder = package_folder()
        # Templates read the environment that dbt has copied, the parser reads that of the process.
        environments: list[Any] = [get_invocation_context().env, os.environ]
        for environment in environments:
            environment.pop(_CATALOGUE, None)
        if not folder:
            return
        # Other projects do not wait for these imports.
        from customer_segmentation.catalogue import catalogue, pack
        from customer_segmentation.gates.contract import tables_by_domain
        from customer_segmentation.macro_functions import FUNCTIONS

        if base.get_context_modules.__module__ != __name__:
            base.get_context_modules = _with_ours(base.get_context_modules, FUNCTIONS)
            YamlReader.render_entry = _with_columns(YamlReader.render_entry)
            loader = UnitTestManifestLoader
            loader.parse_unit_test_case = _with_empty_inputs(loader.parse_unit_test_case)
        # The parsed project is large and stays: searching it for garbage takes a tenth of a build.
        gc.set_threshold(10_000, 20, 50)
        found = pack({**catalogue(folder), "landing_tables": tables_by_domain(folder)})
        for environment in environments:
            environment[_CATALOGUE] = found


def _is_in_use() -> bool:
    """Whether the current invocation is of this project; a process can run several ones."""
    return _CATALOGUE in get_invocation_context().env


def _with_ours(
    known: Callable[[], dict[str, Any]], functions: dict[str, Callable[..., Any]]
) -> Callable[[], dict[str, Any]]:
    return lambda: {**known(), PACKAGE: functions} if _is_in_use() else known()


def _with_columns(render_entry: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Let an item of `columns` or `dimensions` in a YAML file be an expression for several."""

    def render(self: Any, entry: Any) -> Any:
        rendered = render_entry(self, entry)
        for key in ("columns", "dimensions"):
            items = rendered.get(key) or ()
            if any(isinstance(item, list) for item in items) and _is_in_use():
                rendered[key] = [
                    each for item in items for each in (item if isinstance(item, list) else [item])
                ]
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
            if test.package_name == PACKAGE and key not in named:
                kind, _, *name = key.split(".")
                function = "source" if kind == "source" else "ref"
                unnamed = ", ".join(f"'{part}'" for part in name)
                test.given.append(UnitTestInputFixture(f"{function}({unnamed})", rows=[]))
        parse(self, test)

    return parse_with_inputs


plugins = [MacroModules]
