"""Resolve relative paths: those of users from the root project, our own from this dbt package."""

import os
from pathlib import Path

from dbt.flags import get_flags

PACKAGE = "customer_segmentation"


def project_path(path: str) -> str:
    """The ``path`` as seen from the working directory; unchanged if it is absolute or empty."""
    if not path or ":/" in path:
        return path
    return os.path.normpath(os.path.join(os.path.relpath(_root()), path))  # noqa: PTH118


def copies_path() -> str:
    """The folder for readable copies of landing files, below the folder of dbt's artifacts."""
    flags = get_flags()
    target = getattr(flags, "TARGET_PATH", None) or "target"
    return os.path.join(project_path(str(target)), "landing_copies")  # noqa: PTH118


def package_folder() -> Path | None:
    """The folder of this dbt package: the root project or one of its packages, else None."""
    # Imported here, because dbt is slow and commands that read its results do not need it.
    from dbt.clients.yaml_helper import load_yaml_text
    from dbt.config.renderer import DbtProjectYamlRenderer

    root = _root()
    settings = load_yaml_text((root / "dbt_project.yml").read_text(encoding="utf-8"))
    if settings["name"] == PACKAGE:
        return root
    installed = settings.get("packages-install-path") or "dbt_packages"
    renderer = DbtProjectYamlRenderer(cli_vars=getattr(get_flags(), "VARS", None))
    folder = root / renderer.render_value(installed) / PACKAGE
    return folder if folder.is_dir() else None


def package_path(path: str) -> Path:
    """A ``path`` of this dbt package as seen from the working directory."""
    return Path(os.path.relpath((package_folder() or _root()) / path))


def _root() -> Path:
    return Path(getattr(get_flags(), "PROJECT_DIR", None) or ".")
