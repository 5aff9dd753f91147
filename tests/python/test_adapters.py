"""Adapters of shop systems, CRMs and trackers: exports in their layouts become landing tables.

Each folder in fixtures/exports has an export that follows the public documentation of its system,
and the landing tables that it becomes, in the folder expected. People in it are invented.
"""

import csv
import re
from pathlib import Path

import duckdb
import pytest
import yaml  # type: ignore[import-untyped]
from project import LEAN, REPOSITORY, Project, csv_rows

from customer_segmentation.gates.contract import LandingTable, load_contract

EXPORTS = Path(__file__).parent / "fixtures" / "exports"

# The nested columns of GA4's export.
_VALUE = "struct(string_value varchar, int_value bigint, float_value double, double_value double)"
_ITEM = (
    "struct(item_id varchar, item_name varchar, item_brand varchar, item_category varchar,"
    " item_category2 varchar, price double, quantity bigint)"
)
GA4 = {
    "event_date": "varchar",
    "event_timestamp": "bigint",
    "event_name": "varchar",
    "event_params": f"struct(key varchar, value {_VALUE})[]",
    "user_id": "varchar",
    "user_pseudo_id": "varchar",
    "device": "struct(category varchar, operating_system varchar)",
    "collected_traffic_source": "struct(manual_source varchar, manual_medium varchar,"
    " manual_campaign_name varchar, gclid varchar)",
    "ecommerce": "struct(transaction_id varchar, purchase_revenue double, tax_value double,"
    " shipping_value double, refund_value double)",
    "items": f"{_ITEM}[]",
}


def export(adapter: str, folder: Path) -> Path:
    """The folder of an adapter's export; GA4's events are written as parquet into ``folder``."""
    source = EXPORTS / adapter / "events.jsonl"
    if not source.exists():
        return EXPORTS / adapter
    columns = ", ".join(f"{name}: '{kind}'" for name, kind in GA4.items())
    duckdb.sql(
        f"copy (from read_json('{source}', columns = {{{columns}}}))"
        f" to '{folder / 'events.parquet'}'"
    )
    return folder


@pytest.fixture(scope="module")
def contract() -> dict[str, LandingTable]:
    """The landing contract by table."""
    return load_contract(REPOSITORY)


@pytest.mark.other_build
@pytest.mark.parametrize("adapter", sorted(folder.name for folder in EXPORTS.iterdir()))
def test_an_export_becomes_landing_tables(
    parsed: Project, contract: dict[str, LandingTable], adapter: str, tmp_path: Path
) -> None:
    project = parsed.copy(tmp_path / "project")
    project.done(
        *(*LEAN, "build", "--select", f"path:models/landing/{adapter}"),
        *("--exclude", "every_landed_row_is_accounted_for"),
        variables={"landing": adapter, "landing_path": str(export(adapter, tmp_path))},
    )

    for file in sorted((EXPORTS / adapter / "expected").iterdir()):
        header, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
        texts = ", ".join(f"coalesce(cast({name} as varchar), '')" for name in header)
        table = f"segments_landing_adapters.{adapter}__{file.stem}"
        found = project.warehouse_rows(f"select {texts} from {table}")
        assert sorted(found) == sorted(map(tuple, rows)), file.stem
        columns = [name for name, *_ in project.warehouse_rows(f"describe {table}")]
        if file.stem in contract:
            # A misspelt column would be left out in silence.
            assert set(columns) <= set(contract[file.stem].columns), file.stem
            assert contract[file.stem].required <= set(columns), file.stem


def test_lists_have_the_words_of_every_adapter() -> None:
    lists = {
        (table["name"], column["name"]): meta["words"]
        for file in (REPOSITORY / "models" / "staging").glob("*/_*__sources.yml")
        for source in yaml.safe_load(file.read_text(encoding="utf-8"))["sources"]
        for table in source["tables"]
        for column in table["columns"]
        if "words" in (meta := column.get("config", {}).get("meta", {}))
        and meta.get("other_words") != "kept"
    }
    known = {
        (row["list"], folded(row["word"]))
        for row in csv_rows(REPOSITORY / "seeds" / "business" / "words.csv")
    }
    landed = {
        (file.parent.parent.name, lists[file.stem, column], word)
        for file in EXPORTS.glob("*/expected/*.csv")
        for row in csv_rows(file)
        for column, word in row.items()
        if word and (file.stem, column) in lists
    }

    assert len(landed) > 50
    unknown = {
        of for of in landed if not {(of[1], folded(of[2])), ("nothing", folded(of[2]))} & known
    }
    assert not unknown


def folded(word: str) -> str:
    """A word without the signs that are ignored, as the macro folded_word has it."""
    return re.sub(r"[\W_]", "", word.lower())


def test_an_adapter_can_be_named_in_the_project_file(parsed: Project, tmp_path: Path) -> None:
    project = parsed.copy(tmp_path / "project")
    file = project.root / "dbt_project.yml"
    settings = file.read_text(encoding="utf-8")
    file.write_text(
        settings.replace("  landing: sample\n", "  landing: stripe\n"), encoding="utf-8"
    )

    listed = project.done("--quiet", "ls", "--select", "path:models/landing", "--output", "name")

    adapters = {name.split("__")[0] for name in listed.split() if "__" in name}
    assert "stripe__orders" in listed
    assert adapters & {folder.name for folder in EXPORTS.iterdir()} == {"stripe"}
