"""colibri reads what dbt writes, as in `make lineage`: make test-examples."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from example_project import Example

COMMAND = re.compile(r"^lineage:.*\n((?:\t.*\n)+)", re.MULTILINE)


@pytest.fixture(scope="module")
def lineage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that colibri writes for some models."""
    with pytest.MonkeyPatch.context() as environment:
        example = Example.prepare(tmp_path_factory.mktemp("example"), environment)
        example.land(spoiled=False)
        environment.chdir(example.project.root)
        some = ["--select", "+int_customer_orders", "--vars", json.dumps(example.variables)]
        for arguments in (["build", "--exclude", "resource_type:test"], ["docs", "generate"]):
            subprocess.run(["dbt", "--quiet", *arguments, *some], check=True)
        makefile = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
        found = COMMAND.search(makefile)
        assert found
        [command] = [line for line in found[1].splitlines() if "colibri generate" in line]
        subprocess.run(command.replace("$(BIN)/", ""), shell=True, check=True)
        return example.project.root / "target" / "lineage"


def test_an_amount_is_traced_to_staging(lineage: Path) -> None:
    found = json.loads((lineage / "colibri-manifest.json").read_text(encoding="utf-8"))
    edges: list[dict[str, Any]] = found["lineage"]["edges"]
    sources: dict[str, set[str]] = {}
    for edge in edges:
        target = f"{edge['target'].split('.')[-1]}.{edge['targetColumn']}"
        source = f"{edge['source'].split('.')[-1]}.{edge['sourceColumn']}"
        sources.setdefault(target, set()).add(source)
    traced = {"int_customer_orders.lifetime_net_amount"}
    while more := {source for column in traced for source in sources.get(column, ())} - traced:
        traced |= more
    assert {"int_orders.net_amount", "stg_shop__orders.currency"} <= traced
    assert "stg_shop__orders.channel" not in traced


def test_the_page_loads_nothing_and_sends_nothing(lineage: Path) -> None:
    page = (lineage / "index.html").read_text(encoding="utf-8")
    assert "window.colibriTelemetry = false" in page
    assert not re.search(r"<(script|link|img)[^>]*(src|href)=[\"']?https?:", page)
