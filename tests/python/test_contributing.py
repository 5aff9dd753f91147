"""The examples of CONTRIBUTING.md work in a copy of the built sample."""

import re
from pathlib import Path

import pytest
from project import LEAN, REPOSITORY, Project

pytestmark = [pytest.mark.end_to_end, pytest.mark.other_build]

TEXT = (REPOSITORY / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)

Block = tuple[str, str, str]


def blocks(example: str) -> list[Block]:
    """The blocks of an example: kind, file and text."""
    _, _, section = TEXT.partition(f"\n## Example: {example}\n")
    found = BLOCK.findall(section.partition("\n## ")[0])
    assert found, example
    return found


def write(project: Project, block: Block) -> Path:
    """Applies a block: creates a file, appends to it, or adds lines after others."""
    kind, name, text = block
    file = project.root / name
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    if kind == "diff":
        lines = text.splitlines(keepends=True)
        context = "".join(line[1:] for line in lines if not line.startswith("+"))
        added = "".join(line[1:] for line in lines if line.startswith("+"))
        assert before.count(context) == 1, f"{name} does not have once: {context}"
        after = before.replace(context, context + added)
    else:
        after = before + text
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(after, encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def contributed(built: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The built sample with the segmentation and the feature of the examples."""
    project = built.copy(tmp_path_factory.mktemp("contributed") / "project")
    project.let_parts_be_published()
    project.take_unit_tests("models/intermediate/orders")
    # If one model of segments has unit tests, all must have them.
    project.take_unit_tests("models/segmentation")
    for block in (*blocks("a segmentation"), *blocks("a feature")):
        write(project, block)
    return project


def test_a_segmentation_and_a_feature_are_built(contributed: Project) -> None:
    output = contributed.done(
        *(*LEAN, "build", "--select", "segmentations", "segments", "int_customer_orders"),
        *("customer_features", "seg_basket", "customer_segments", "segmentation_availability"),
        *("int_segmentation_days", "fct_customer_segments", "dim_customers"),
        *("--exclude", "resource_type:test"),
    )
    for name in ("baskets_are_large_from_50", "largest_order_is_the_maximum_of_purchases"):
        assert re.search(rf"PASS \S+::{name} ", output)
    segments = dict(
        contributed.warehouse_rows(
            "select basket_value_segment, count(*) from segments_marts.dim_customers "
            "where is_profiled group by all"
        )
    )
    assert segments.keys() == {"small", "large", "unknown"}
    assert contributed.warehouse_rows(
        "select count(*), count(distinct definition_version) from "
        "segments_history.int_segmentation_days where segmentation = 'basket_value'"
    ) == [(1, 1)]
    assert contributed.warehouse_rows(
        "select count(*) from segments_segmentation.segmentation_availability "
        "where segmentation = 'basket_value' and is_available"
    ) == [(1,)]
    ((buyers, wrong),) = contributed.warehouse_rows(
        "select count(largest_order_amount), count(*) filter "
        "(where largest_order_amount < average_order_value) "
        "from segments_intermediate.customer_features"
    )
    assert buyers == segments["small"] + segments["large"] > 100
    assert wrong == 0


@pytest.mark.parametrize("left_out", [name for _, name, _ in blocks("a segmentation")])
def test_a_build_names_the_missing_file(parsed: Project, tmp_path: Path, left_out: str) -> None:
    project = parsed.copy(tmp_path / "project")
    project.take_unit_tests("models/segmentation")
    for block in blocks("a segmentation"):
        if block[1] != left_out:
            write(project, block)
    output = project.refused(*LEAN, "build", "--select", "seg_basket")
    folder = left_out.rpartition("/")[0]
    # A new YAML file may have any name.
    expected = f"{folder}/*.yml" if left_out.endswith(".yml") else left_out
    sentence = next(line for line in output.splitlines() if expected in line)
    assert "expected" in sentence
    assert "basket" in sentence


def test_adapters_fill_landing(parsed: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    project = parsed.copy(tmp_path_factory.mktemp("adapted") / "project")
    for block in blocks("an adapter"):
        write(project, block)
    project.landing.mkdir()
    sales = "number,sold_on,customer,total\n1,2024-06-01,ann,10.50\n2,2024-06-02,bob,20\n"
    (project.landing / "sales.csv").write_text(sales, encoding="utf-8")
    project.let_parts_be_published()
    variables = {"landing": "corner_shop", "landing_path": "landing"}
    project.done(*(*LEAN, "build", "--select", "+stg_shop__orders"), variables=variables)
    assert project.warehouse_rows(
        "select order_id, contact_id, gross_amount from segments_staging.stg_shop__orders "
        "order by all"
    ) == [("1", "ann", 10.5), ("2", "bob", 20)]
