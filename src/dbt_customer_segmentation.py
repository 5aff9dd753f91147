"""Lets the project's macros ask Python what Jinja cannot know: files, and who may read them.

dbt-core imports every installed module named ``dbt_*`` and starts the plugins that it lists; this
one adds ``modules.customer_segmentation`` to what macros may call. Other projects that run in the
same environment do not notice.
"""

from collections.abc import Callable
from typing import Any

from dbt.context import base
from dbt.plugins.manager import dbtPlugin

from customer_segmentation.memory import publication_problem, views_problem
from customer_segmentation.paths import project_path
from customer_segmentation.privacy import keep_private

_CALLABLE = {
    "keep_private": keep_private,
    "project_path": project_path,
    "publication_problem": publication_problem,
    "views_problem": views_problem,
}


class MacroModules(dbtPlugin):  # type: ignore[misc]  # dbt is not typed
    """The plugin: changes what dbt lists as modules, once per process."""

    def initialize(self) -> None:
        """Called by dbt at the start of every invocation."""
        if base.get_context_modules.__module__ != __name__:
            base.get_context_modules = _with_ours(base.get_context_modules)


def _with_ours(known: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    return lambda: {**known(), "customer_segmentation": _CALLABLE}


plugins = [MacroModules]
