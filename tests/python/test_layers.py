"""Layers and folders of the models: data flow one way, and a person can hold the graph."""

from collections import defaultdict
from graphlib import CycleError, TopologicalSorter
from typing import Any

import pytest
from project import Project

ORDER = ("landing", "staging", "intermediate", "segmentation", "history", "marts", "publishing")
MAX_MODELS = 180
MAX_PATH = 40

Parents = dict[str, set[str]]


@pytest.fixture(scope="module")
def paths(parsed: Project) -> dict[str, str]:
    """The path below models/ of every model of the sample by its id."""
    return {
        key: node["path"]
        for key, node in parsed.manifest["nodes"].items()
        if node["resource_type"] == "model"
        and node["config"]["enabled"]
        # The calendar of MetricFlow has no data of the project.
        and not node["time_spine"]
    }


@pytest.fixture(scope="module")
def parents(parsed: Project, paths: dict[str, str]) -> Parents:
    """The models that every model reads."""
    nodes: dict[str, Any] = parsed.manifest["nodes"]
    return {key: paths.keys() & set(nodes[key]["depends_on"]["nodes"]) for key in paths}


def test_every_model_is_in_a_layer(paths: dict[str, str]) -> None:
    assert {path.split("/")[0] for path in paths.values()} <= set(ORDER)


def test_no_layer_reads_a_later_one(paths: dict[str, str], parents: Parents) -> None:
    def layer(key: str) -> int:
        return ORDER.index(paths[key].split("/")[0])

    against = [
        f"{paths[key]} reads {paths[parent]}"
        for key, found in parents.items()
        for parent in found
        if layer(parent) > layer(key)
    ]
    assert against == []


def test_no_folder_feeds_itself_through_others(paths: dict[str, str], parents: Parents) -> None:
    folders: defaultdict[str, set[str]] = defaultdict(set)
    for key, found in parents.items():
        folder = paths[key].rpartition("/")[0]
        folders[folder] |= {paths[parent].rpartition("/")[0] for parent in found} - {folder}
    try:
        TopologicalSorter(folders).prepare()
    except CycleError as error:
        pytest.fail(f"folders feed each other: {' -> '.join(error.args[1])}")


def test_the_graph_is_of_a_size_that_a_person_can_hold(parents: Parents) -> None:
    depth: dict[str, int] = {}
    for key in TopologicalSorter(parents).static_order():
        depth[key] = 1 + max((depth[parent] for parent in parents[key]), default=0)
    assert len(parents) <= MAX_MODELS
    assert max(depth.values()) <= MAX_PATH
