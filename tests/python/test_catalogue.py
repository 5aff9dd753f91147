"""The catalogue is read from the files of the seeds, as people save them."""

import shutil
from pathlib import Path

import pytest
from project import REPOSITORY

from customer_segmentation.catalogue import catalogue, pack, unpacked

SEEDS = ("seeds/business/segmentations.csv", "seeds/business/segments.csv")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in (*SEEDS, "models/segmentation"):
        copy = shutil.copytree if (REPOSITORY / name).is_dir() else shutil.copy
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        copy(REPOSITORY / name, tmp_path / name)
    return tmp_path


def test_a_byte_order_mark_is_no_part_of_a_column(project: Path) -> None:
    expected = catalogue(project)
    for name in SEEDS:
        text = (project / name).read_text(encoding="utf-8")
        (project / name).write_text(text, encoding="utf-8-sig")
    assert catalogue(project) == expected
    assert expected["problems"] == []


def test_a_thousand_segmentations_fit_an_environment_variable(project: Path) -> None:
    rows = "".join(
        f"s_{row},seg_rfm,value,Segmentation {row},People of kind {row},true,true,true,true,true,\n"
        for row in range(1000)
    )
    file = project / SEEDS[0]
    file.write_text(file.read_text(encoding="utf-8") + rows, encoding="utf-8")
    found = catalogue(project)
    assert len(found["segmentations"]) > 1000
    assert unpacked(pack(found)) == found
    # The limit of Windows; Linux has four times as much.
    assert len(pack(found)) < 32_767
