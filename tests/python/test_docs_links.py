"""Pages link to pages and headings that exist, and name models that exist."""

import re
from pathlib import Path

import pytest
from project import REPOSITORY

PAGES = [
    *REPOSITORY.glob("*.md"),
    *REPOSITORY.glob("docs/*.md"),
    REPOSITORY / "models" / "_overview.md",
]
MODELS = {
    path.stem for path in (REPOSITORY / "models").rglob("*") if path.suffix in (".sql", ".py")
}
# The examples of CONTRIBUTING add a segmentation.
MADE_BY_EXAMPLES = {"seg_basket"}


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_pages_and_headings(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    for link in links:
        if "://" in link or link.startswith("#!"):
            continue
        name, _, heading = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        assert not heading or heading in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_named_models_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    named = set(re.findall(r"\b(?:stg|int|seg|dim|fct|agg)_[a-z_]*[a-z]\b", text))
    named |= set(re.findall(r"#!/model/model\.customer_segmentation\.(\w+)", text))
    assert named <= MODELS | MADE_BY_EXAMPLES
    for folder in re.findall(r"g_i=path:(models/[a-z_/]+)", text):
        assert (REPOSITORY / folder).is_dir(), folder
