"""Resolve relative paths from the folder of the dbt project."""

import os

from dbt.flags import get_flags


def project_path(path: str) -> str:
    """The ``path`` as seen from the working directory; unchanged if it is absolute or empty."""
    if not path or ":/" in path:
        return path
    folder = getattr(get_flags(), "PROJECT_DIR", None) or "."
    return os.path.normpath(os.path.join(os.path.relpath(folder), path))  # noqa: PTH118


def copies_path() -> str:
    """The folder for readable copies of landing files, below the folder of dbt's artifacts."""
    flags = get_flags()
    target = getattr(flags, "TARGET_PATH", None) or "target"
    return os.path.join(project_path(str(target)), "landing_copies")  # noqa: PTH118
