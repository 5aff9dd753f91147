"""Inputs of windows over all rows, from a physical plan of Spark.

Such a window runs in one task. Its input is bounded if rows are grouped by something that does not
grow with the customers, or come from a small table.
"""

import re
from typing import NamedTuple

_LINE = re.compile(r"(?P<indent>[ :]*)(?P<branch>[+:]- )?(\*\(\d+\) |\* )?(?P<text>\w.*)")
_GROUPED = re.compile(r"\w*Aggregate\(keys=\[(.*?)\]")
_READ = re.compile(r"(?:FileScan \w+|Scan hive|BatchScan) (?:spark_catalog\.)?(?:\w+\.)*(\w+)")
_NUMBERS = re.compile(r"#\w+|\[plan_id=\d+\]")


class _Node(NamedTuple):
    depth: int
    text: str


def inputs_of_whole_windows(plan: str) -> list[set[str]]:
    """The groups and tables that the rows of each window over all rows come from."""
    nodes = []
    for line in plan.splitlines():
        if not line.startswith("==") and (found := _LINE.match(line)):
            nodes.append(_Node(len(found["indent"]) + len(found["branch"] or ""), found["text"]))
    windows = [
        start
        for start, node in enumerate(nodes)
        if node.text.startswith("Window ") and _collects(nodes, start)
    ]
    return [_origins(nodes, start) for start in windows]


def _children(nodes: list[_Node], start: int) -> list[int]:
    found = []
    for place in range(start + 1, len(nodes)):
        if nodes[place].depth <= nodes[start].depth:
            break
        if nodes[place].depth == nodes[start].depth + 3:
            found.append(place)
    return found


def _collects(nodes: list[_Node], start: int) -> bool:
    """Whether the input of a window is collected in one task."""
    for child in _children(nodes, start):
        text = nodes[child].text
        if text.startswith(("Exchange ", "ReusedExchange ")):
            return "Exchange SinglePartition" in text
        # Windows with the same order share an exchange.
        return _collects(nodes, child)
    return False


def _origins(nodes: list[_Node], start: int) -> set[str]:
    text = nodes[start].text
    if grouped := _GROUPED.match(text):
        keys = ", ".join(_name(key) for key in grouped[1].split(", ") if key)
        return {f"grouped by {keys}" if keys else "a total"}
    if read := _READ.match(text):
        return {f"table {read[1]}"}
    if text.startswith("ReusedExchange "):
        # Its number is not always that of the exchange.
        reused = _plain(text.partition("], ")[2])
        same = [number for number, node in enumerate(nodes) if _plain(node.text) == reused]
        return set().union(*(_origins(nodes, number) for number in same)) or {"a reused exchange"}
    children = _children(nodes, start)
    if not children:
        return {"constants" if "OneRowRelation" in text else text.split(" ")[0]}
    return set().union(*(_origins(nodes, child) for child in children))


def _plain(text: str) -> str:
    return _NUMBERS.sub("", text)


def _name(key: str) -> str:
    """The column of a key such as ``category#12``."""
    name = key.partition("#")[0]
    if name == "_groupingexpression":
        return "an expression"
    return "a constant" if name.isdigit() else name
