"""The definition of each model of segments: all that can change who is in a segment, except data.

Parts of a definition are the model and the models above it from staging on, the macros that they
call, directly or through others, their seeds and vars, and the configuration of Python models.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cache
from hashlib import md5
from typing import Any, NamedTuple

from customer_segmentation.business import business_version
from customer_segmentation.code_versions import code_version

Node = Mapping[str, Any]

_LAYERS = ("staging", "intermediate", "segmentation")
# Vars about the place of data, the day, and what is done with the data.
_CIRCUMSTANCES = (
    "as_of_date",
    "business_path",
    "landing",
    "ip_ranges_path",
    "publish",
    "accept_",
    "refit",
    "start_",
)
_TEXT = r"""('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")"""
_LAYOUT = r"(?:--[^\n]*|/\*[\s\S]*?\*/|\{#[\s\S]*?#\}|\s)+"
_JOIN = r"left join \w+ on \w+\.\w+ = \w+\.\w+ "
_ONE_JOIN_PER_PARENT = re.compile(
    rf"with (.*)final as \( select ([^%]*) from (\w+) ((?:{_JOIN})+)\) select \* from final"
)
# An item of a select: text without a comma outside of parentheses; its last word is its name.
_INNER = r"[^()]|\([^()]*\)"
_ITEM = re.compile(rf"(?:[^,()]|\((?:{_INNER}|\((?:{_INNER})*\))*\))+")


def definitions(
    names: Iterable[str],
    package: str,
    graph: Mapping[str, Any],
    context: Mapping[str, Any],
    var: Callable[[str, Any], Any],
) -> dict[str, dict[str, Any]]:
    """The definitions of models of segments by name.

    Args:
        names: the models.
        package: their package.
        graph, context, var: those of macros.

    Returns:
        ``parts``, a text each; ``sql_version``, a short hash of them; ``python_version`` of the
        imported ``modules``; ``models``, the ids of the model and of those above it.
    """
    project = _Project(package, graph["nodes"], context, var)
    return {name: project.definition(name) for name in names}


class _Code(NamedTuple):
    name: str
    text: str
    calls: frozenset[str]
    vars: tuple[str, ...]


@cache
def _code(name: str, code: str, language: str = "sql") -> _Code:
    """Code without comments and layout; literals and the indentation of Python stay."""
    if language == "python":
        text = re.sub(r"\s*\n", r"\n", re.sub(_TEXT + r"|#[^\n]*", r"\1", code)).strip()
    else:
        text = re.sub(f"{_TEXT}|{_LAYOUT}", r"\1 ", code).strip()
    calls = re.findall(r"(\w+) ?\(", text) + re.findall(r"""dispatch\( ?["'](\w+)""", text)
    variables = set(re.findall(r"""\bvar\( ?["'](\w+)""", text))
    return _Code(name, text, frozenset(calls), _without_circumstances(variables))


def _without_circumstances(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if not name.startswith(_CIRCUMSTANCES)))


class _Project:
    def __init__(
        self,
        package: str,
        nodes: Mapping[str, Node],
        context: Mapping[str, Any],
        var: Callable[[str, Any], Any],
    ) -> None:
        self._nodes, self._package, self._var = nodes, package, var
        self._prefix = f"model.{package}."
        # By the name that is called; several macros of a name are variants for engines.
        self._macros: dict[str, list[Any]] = defaultdict(list)
        for space in {package, context["project_name"]}:
            for name, generator in context.get(space, {}).items():
                # The project that uses the package can override variants only.
                if space == package or "__" in name:
                    self._macros[name.split("__")[-1]].append(generator.macro)

    def definition(self, name: str) -> dict[str, Any]:
        nodes = self._models(name)
        python = [node for node in nodes if node["language"] == "python"]
        parts = {
            f"configuration {node['name']}.{key} {json.dumps(node['config']['meta'][key])}"
            for node in python
            for key in _without_circumstances(node["config"]["meta"])
        }
        seeds = {key for node in nodes for key in self._parents(node, "seed")}
        for seed in (self._nodes[key] for key in seeds):
            # Not the sample, which is data.
            if seed["original_file_path"].split("/")[1] in ("business", "reference"):
                parts.add(f"seed {seed['name']} {business_version(seed, self._var)}")
        for code in self._codes(nodes):
            parts.add(f"{code.name} {_hash(code.text)}")
            parts |= {f"var {name} {json.dumps(self._var(name, None))}" for name in code.vars}
        imports = r"(?:from|import) (customer_segmentation[\w.]*)"
        modules = {name for node in python for name in re.findall(imports, node["raw_code"])}
        return {
            "parts": sorted(parts),
            "sql_version": _hash("\n".join(sorted(parts)))[:8],
            "python_version": code_version(modules),
            "models": [node["unique_id"] for node in nodes],
            "modules": sorted(modules),
        }

    def _models(self, name: str) -> list[Node]:
        """All segmentations read customer_features: only its parents for named columns count."""
        features = self._nodes[f"{self._prefix}customer_features"]
        nodes = [self._nodes[self._prefix + name]]
        self._add_upstream(nodes, features)
        if features in nodes:
            nodes += self._named_parents(features, [node for node in nodes if node != features])
            self._add_upstream(nodes, features)
        return nodes

    def _parents(self, node: Node, kind: str) -> list[str]:
        # Models of a project that uses the package are data.
        prefix = f"{kind}.{self._package}."
        return [key for key in node["depends_on"]["nodes"] if key.startswith(prefix)]

    def _add_upstream(self, nodes: list[Node], end: Node) -> None:
        # Rows of an adapter and erasures are data; a gate passes all rows or none.
        for node in nodes:  # The list grows by parents of parents.
            for key in self._parents(node, "model") if node != end else ():
                _, layer, folder, *_ = self._nodes[key]["original_file_path"].split("/")
                is_data = folder in ("erasure", "gates")
                if layer in _LAYERS and not is_data and self._nodes[key] not in nodes:
                    nodes.append(self._nodes[key])

    def _codes(self, nodes: Iterable[Node]) -> list[_Code]:
        codes = [_code(f"model {one['name']}", one["raw_code"], one["language"]) for one in nodes]
        called: set[str] = set()
        for code in codes:  # The list grows by macros that macros call.
            for name in (code.calls & self._macros.keys()) - called:
                codes += [_code(f"macro {one.name}", one.macro_sql) for one in self._macros[name]]
            called |= code.calls
        return codes

    def _named_parents(self, features: Node, readers: Collection[Node]) -> list[Node]:
        """The parents of customer_features with columns that readers, macros or vars name.

        All parents count if a reader is a Python model, or if the SQL of customer_features is not
        one join per parent.
        """
        parents = [self._nodes[key] for key in self._parents(features, "model")]
        shape = _ONE_JOIN_PER_PARENT.fullmatch(_code("", features["raw_code"]).text)
        if not shape or any(node["language"] == "python" for node in readers):
            return parents
        imports, columns, first, joins = shape.groups()
        _, *ctes = re.split(r"(?:^|\), )(\w+) as \(", imports)
        sources: dict[str, set[str]] = {}
        for alias, text in zip(ctes[::2], ctes[1::2], strict=True):
            sources[alias] = set(re.findall(r'ref\("(\w+)"', text))
            for name in re.findall(r"(?:from|join) (\w+)", text):
                sources[alias] |= sources.get(name, set())
        codes = self._codes(readers)
        variables = {name for code in codes for name in code.vars}
        texts = [code.text for code in codes]
        texts += [json.dumps(self._var(name, None)) for name in variables]
        words = set(re.findall(r"\w+", " ".join(texts)))
        named = [f" from {first}."]
        named += [item for item in _ITEM.findall(columns) if re.findall(r"\w+", item)[-1] in words]
        needed: set[str] = set()
        for text in named:  # The list grows by the joins that a join needs.
            for alias in set(re.findall(r"\b(\w+)\.", text)) & sources.keys() - needed:
                needed.add(alias)
                named += re.findall(f"left join {alias} on ([^ ]* = [^ ]*)", joins)
        of_needed = set().union(*(sources[alias] for alias in needed))
        return [node for node in parents if node["name"] in of_needed]


def _hash(text: str) -> str:
    return md5(text.encode()).hexdigest()
