"""The drawn map of the folders shows the models as they are."""

import runpy

from project import REPOSITORY, Project

DOCS = REPOSITORY / "docs"


def test_the_map_is_drawn_from_the_models(parsed: Project) -> None:
    """`make map` draws it anew."""
    drawing = runpy.run_path(str(DOCS / "draw_map.py"))["drawing"]
    assert (DOCS / "map.svg").read_text(encoding="utf-8") == drawing(parsed.manifest)
