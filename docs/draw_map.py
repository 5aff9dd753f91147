"""Draw the map of the folders of models: docs/map.svg, from target/manifest.json.

A box is a folder, with its number of models. Data flow downwards: a folder stands below every
folder that it reads. A line is left out if other lines lead from the one folder to the other.
Folders of a layer have one colour, the same as in the dbt docs.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

LAYERS = ("staging", "intermediate", "segmentation", "history", "marts", "publishing")

_BOX_WIDTH, _BOX_HEIGHT = 128, 34
_COLUMN, _ROW, _MARGIN, _LEFT = 144, 56, 16, 128
_STYLE = """
    text { font: 12px system-ui, sans-serif; fill: #1f2933; }
    .layer { font-weight: 600; font-size: 13px; }
    .count { font-size: 10px; fill: #52606d; }
    path { fill: none; stroke: #7b8794; stroke-opacity: 0.6; }
    .paper { fill: #ffffff; }
"""


def main(arguments: list[str]) -> int:
    """Writes the map; the arguments are the manifest and the file to write."""
    manifest, target = arguments or ["target/manifest.json", "docs/map.svg"]
    Path(target).write_text(
        drawing(json.loads(Path(manifest).read_text(encoding="utf-8"))), encoding="utf-8"
    )
    print(f"written: {target}")
    return 0


def drawing(manifest: Mapping[str, Any]) -> str:
    """The map of a manifest's models as SVG. It depends on models and their parents alone."""
    models = {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "model" and node["original_file_path"].split("/")[1] in LAYERS
    }
    folder_of = {key: _folder(node["original_file_path"]) for key, node in models.items()}
    sizes = Counter(folder_of.values())
    # A model that stands alone between folders is shown by its own name.
    names = {folder_of[key]: node["name"] for key, node in models.items()}
    labels = {
        folder: names[folder] if folder in LAYERS and sizes[folder] == 1 else folder.split("/")[-1]
        for folder in sizes
    }
    colours = {
        folder_of[key]: (node["config"].get("docs") or {}).get("node_color") or "#d9e2ec"
        for key, node in models.items()
    }
    edges = {
        (folder_of[parent], folder_of[key])
        for key, node in models.items()
        for parent in node["depends_on"]["nodes"]
        if parent in models and folder_of[parent] != folder_of[key]
    }
    places = _places(sizes, edges)
    width = max(x for x, _ in places.values()) + _BOX_WIDTH + _MARGIN
    height = max(y for _, y in places.values()) + _BOX_HEIGHT + _MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        f"<title>Folders of models and what they read</title><style>{_STYLE}</style>",
        f'<rect class="paper" width="{width}" height="{height}"/>',
        *_headings(places),
        *(_curve(places[source], places[target]) for source, target in _direct(edges)),
        *(
            _box(labels[folder], places[folder], sizes[folder], colours[folder])
            for folder in sorted(sizes)
        ),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _folder(path: str) -> str:
    return "/".join(path.split("/")[1:-1])


def _places(folders: Iterable[str], edges: Iterable[tuple[str, str]]) -> dict[str, tuple[int, int]]:
    parents: dict[str, set[str]] = defaultdict(set)
    for source, target in edges:
        parents[target].add(source)

    @cache
    def depth(folder: str) -> int:
        # Within its layer: the longest way from the layer's beginning.
        layer = folder.split("/")[0]
        return 1 + max(
            (depth(parent) for parent in parents[folder] if parent.split("/")[0] == layer),
            default=-1,
        )

    rows: dict[tuple[int, int], list[str]] = defaultdict(list)
    for folder in sorted(folders):
        rows[LAYERS.index(folder.split("/")[0]), depth(folder)].append(folder)
    widest = max(len(row) for row in rows.values())
    return {
        folder: (
            _LEFT + place * _COLUMN + (widest - len(rows[row])) * _COLUMN // 2,
            _MARGIN + number * _ROW,
        )
        for number, row in enumerate(sorted(rows))
        for place, folder in enumerate(rows[row])
    }


def _direct(edges: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """The edges without those that a longer way replaces."""
    children: dict[str, set[str]] = defaultdict(set)
    for source, target in edges:
        children[source].add(target)

    @cache
    def below(folder: str) -> frozenset[str]:
        return frozenset(children[folder]).union(*(below(child) for child in children[folder]))

    return sorted(
        (source, target)
        for source, target in edges
        if not any(target in below(child) for child in children[source])
    )


def _headings(places: Mapping[str, tuple[int, int]]) -> list[str]:
    tops = {
        layer: min(y for folder, (_, y) in places.items() if folder.split("/")[0] == layer)
        for layer in LAYERS
        if any(folder.split("/")[0] == layer for folder in places)
    }
    return [
        f'<text class="layer" x="{_MARGIN}" y="{y + 21}">{layer}</text>'
        for layer, y in tops.items()
    ]


def _curve(source: tuple[int, int], target: tuple[int, int]) -> str:
    x1, y1 = source[0] + _BOX_WIDTH // 2, source[1] + _BOX_HEIGHT
    x2, y2 = target[0] + _BOX_WIDTH // 2, target[1]
    middle = (y1 + y2) // 2
    return f'<path d="M{x1} {y1} C{x1} {middle} {x2} {middle} {x2} {y2}"/>'


def _box(name: str, place: tuple[int, int], size: int, colour: str) -> str:
    x, y = place
    models = "1 model" if size == 1 else f"{size} models"
    return (
        f'<rect x="{x}" y="{y}" width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="5" '
        f'fill="{colour}"/><text x="{x + 8}" y="{y + 15}">{escape(name)}</text>'
        f'<text class="count" x="{x + 8}" y="{y + 28}">{models}</text>'
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
