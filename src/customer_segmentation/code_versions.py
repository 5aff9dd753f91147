"""Versions of the Python code of Python models: a part of definition versions."""

import ast
import hashlib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent

# Modules that read, check and write tables; they do not decide the members of a segment.
_PLUMBING = (
    ["declaring"],
    ["exporting"],
    ["gates"],
    ["locking"],
    ["paths"],
    ["publishing"],
    ["relations"],
    ["state"],
    ["switching"],
)


def code_version(modules: Iterable[str]) -> str:
    """A short version of the code of ``modules`` together; empty if none of them has a version."""
    versions = code_versions()
    known = sorted(versions[module] for module in modules if module in versions)
    return _hash("\n".join(known)) if known else ""


@cache
def code_versions(folder: Path = _PACKAGE) -> dict[str, str]:
    """The version of each module of the package in ``folder``.

    The version is a hash of the module and of all modules of the package that it imports, directly
    or through others, without comments, docstrings and layout. Modules that read and write tables
    have no version.
    """
    files = {_module_name(folder, file): file for file in sorted(folder.rglob("*.py"))}
    trees = {
        name: ast.parse(file.read_text(encoding="utf-8"))
        for name, file in files.items()
        if name.split(".")[1:2] not in _PLUMBING
    }
    # Imports come first, because removing docstrings changes the trees.
    imports = {name: _imports(tree) & trees.keys() for name, tree in trees.items()}
    codes = {name: _bare_code(tree) for name, tree in trees.items()}
    return {name: _version(name, imports, codes) for name in trees}


def _module_name(folder: Path, file: Path) -> str:
    parts = file.relative_to(folder.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _imports(tree: ast.Module) -> set[str]:
    """Names of all imported modules and of their packages."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, "the package imports by full names"
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    for module in list(found):
        parts = module.split(".")
        found |= {".".join(parts[:length]) for length in range(1, len(parts))}
    return found


def _bare_code(tree: ast.Module) -> str:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            and ast.get_docstring(node) is not None
        ):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def _version(name: str, imports: Mapping[str, set[str]], codes: Mapping[str, str]) -> str:
    modules = [name]
    # The list grows in the loop, by imports of imports.
    for module in modules:
        modules += sorted(imports[module] - set(modules))
    text = "\n".join(f"{module}\n{codes[module]}" for module in sorted(modules))
    return _hash(text)


def _hash(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:8]
