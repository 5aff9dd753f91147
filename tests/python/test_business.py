"""The business's own rows in place of rows of the seeds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from project import LEAN, Project

from customer_segmentation.business import business_problems, business_rows, business_version

AUDIENCES = "audience,priority\nwelcome,1\nwin_back,2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "own"
    path.mkdir()
    return path


def seed(
    root: Path, name: str, text: str, is_example: bool = False, **types: str
) -> dict[str, Any]:
    """The node of a seed whose file has ``text``."""
    file = root / "seeds" / "business" / f"{name}.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return {
        "name": name,
        "package_name": "customer_segmentation",
        "resource_type": "seed",
        "root_path": str(root),
        "original_file_path": f"seeds/business/{name}.csv",
        "checksum": {"checksum": "of the file"},
        "config": {"column_types": types, "meta": {"is_example": is_example}},
    }


def settings(**values: Any) -> Callable[[str], Any]:
    given = {"business_path": "", "landing": "files", "use_examples": False, **values}
    return lambda name: given[name]


def test_rows_replace_those_with_the_same_first_column(tmp_path: Path, folder: Path) -> None:
    bands = seed(
        tmp_path, "bands", "of,band,up_to\nage,young,30\nage,old,\nsize,small,9\n",
        of="string", band="string", up_to="int",
    )  # fmt: skip
    (folder / "bands.csv").write_text("Up_To; of; band\n20;age;minor\n;age;adult\n", "utf-8-sig")

    assert business_rows(bands, settings(business_path=str(folder))) == {
        "columns": ("of", "band", "up_to"),
        "rows": [["size", "small", "9"], ["age", "minor", "20"], ["age", "adult", None]],
    }


def test_own_rows_replace_examples_whole(tmp_path: Path, folder: Path) -> None:
    audiences = seed(
        tmp_path, "audiences", AUDIENCES, is_example=True, audience="string", priority="int"
    )
    (folder / "audiences.csv").write_text("audience,priority\nours,1\n", "utf-8")

    rows = business_rows(audiences, settings(business_path=str(folder), landing="sample"))

    assert rows is not None
    assert rows["rows"] == [["ours", "1"]]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"landing": "files"}, []),
        ({"landing": "sample"}, None),
        ({"landing": "files", "use_examples": True}, None),
    ],
)
def test_examples_apply_to_the_sample_only(
    tmp_path: Path, values: dict[str, Any], expected: list[Any] | None
) -> None:
    audiences = seed(
        tmp_path, "audiences", AUDIENCES, is_example=True, audience="string", priority="int"
    )
    rows = business_rows(audiences, settings(**values))
    assert (rows and rows["rows"]) == expected


def test_other_rows_are_another_definition(tmp_path: Path, folder: Path) -> None:
    bands = seed(tmp_path, "bands", "of,band\nage,young\n", of="string", band="string")
    assert business_version(bands, settings()) == "of the file"
    versions = {"of the file"}
    for row in ("age,old", "age,older"):
        (folder / "bands.csv").write_text(f"of,band\n{row}\n", "utf-8")
        versions.add(business_version(bands, settings(business_path=str(folder))))
    assert len(versions) == 3


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        (
            "audience.csv",
            "x\n",
            "no seed of the business has this name; rename it to audiences.csv",
        ),
        ("segmentations.csv", "x\n", "another segmentation needs a model, see CONTRIBUTING.md"),
        ("audiences.csv", "", "column audience, priority is missing"),
        ("audiences.csv", "audience\n", "column priority is missing"),
        (
            "audiences.csv",
            "audience,prio\n",
            "the seed has no column prio; its columns are audience, priority",
        ),
        ("audiences.csv", "audience,priority,priority\n", "column priority is there twice"),
        ("audiences.csv", "audience,priority\na,1\n\nb\n", "row 4: 1 fields instead of 2"),
        (
            "audiences.csv",
            "audience,priority\na,first\n",
            "row 2: priority is 'first'; expected a whole number",
        ),
        ("audiences.csv", b"audience,priority\n\xe9,1\n", "save it as UTF-8 text"),
    ],
)
def test_a_wrong_file_is_named(
    tmp_path: Path, folder: Path, file: str, text: str | bytes, problem: str
) -> None:
    nodes = [seed(tmp_path, "audiences", AUDIENCES, True, audience="string", priority="int")]
    (folder / file).write_bytes(text.encode() if isinstance(text, str) else text)
    (found,) = business_problems(nodes, settings(business_path=str(folder)))
    assert found.startswith(f"{folder / file}")
    assert found.endswith(problem)


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    (found,) = business_problems([], settings(business_path=str(tmp_path / "none")))
    assert found == f"business_path is '{tmp_path / 'none'}', which is no folder"


@pytest.mark.other_build
def test_the_build_uses_own_rows_and_no_examples(parsed: Project, tmp_path: Path) -> None:
    project = parsed.copy(tmp_path / "project")
    own = project.root / "own"
    own.mkdir()
    rules = "segment;rule_group;feature;operator;value;width\nit's \\ ours;1;lifetime_orders;>;3;\n"
    (own / "segment_rules.csv").write_text(rules, "utf-8")
    (own / "segment_bands.csv").write_text(
        "segmentation,segment,from_value,below_value\nproduct_range,one_category,0,9\n", "utf-8"
    )
    variables = {"landing": "files", "landing_path": "landing", "business_path": "own"}

    project.done(
        *(
            *LEAN,
            "seed",
            "--select",
            "segment_rules",
            "segment_bands",
            "audiences",
            "suppression_rules",
        ),
        variables=variables,
    )

    schema = "segments_business"
    rules_now = project.warehouse_rows(f"select segment, value, width from {schema}.segment_rules")
    bands = project.warehouse_rows(
        "select segmentation = 'product_range', count(*), min(segment)"
        f" from {schema}.segment_bands group by all order by all"
    )
    examples = project.warehouse_rows(
        f"select count(*) from {schema}.audiences union all"
        f" select count(*) from {schema}.suppression_rules"
    )
    assert rules_now == [("it's \\ ours", "3", None)]
    assert bands[1] == (True, 1, "one_category")
    assert bands[0][1] > 10
    assert examples == [(0,), (0,)]

    (own / "segment_rules.csv").write_text("segment\n", "utf-8")
    message = "segment_rules.csv: column rule_group, feature, operator, value, width is missing"
    assert message in project.refused(*LEAN, "seed", variables=variables)
