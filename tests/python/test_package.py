"""The project as a package of another one, and its traces in a project that does not use it."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from project import LEAN, REPOSITORY, Project, csv_rows

DEV = ("--target", "dev")


# A metric with the name of one of the package. It is no file, which dbt would read as one of ours.
METRIC = """
semantic_models:
  - name: sale_items
    model: ref('sale_items')
    defaults: {agg_time_dimension: sold_on}
    entities: [{name: sale_item, type: primary, expr: order_line_id}]
    dimensions:
      - {name: sold_on, type: time, expr: current_date, type_params: {time_granularity: day}}
    measures: [{name: revenue, agg: sum, expr: quantity * unit_price}]
metrics:
  - {name: revenue, label: Revenue, type: simple, type_params: {measure: revenue}}
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The consumer project beside a copy of this one, with its packages installed."""
    folder = tmp_path_factory.mktemp("package")
    Project.copy_to(folder / "customer_segmentation")
    shutil.copytree(REPOSITORY / "tests" / "consumer", folder / "corner_shop")
    consumer = Project(folder / "corner_shop")
    (consumer.root / "models" / "metrics.yml").write_text(METRIC, encoding="utf-8")
    consumer.done(*LEAN, "deps", *DEV)
    return consumer


@pytest.mark.other_build
def test_one_build_makes_the_shop_and_its_segments(built: Project, shop: Project) -> None:
    # A run without a resource of the package is none of its business.
    shop.done(*LEAN, "build", "--select", "+clients", *DEV)
    schemas = "select distinct schema_name from information_schema.schemata where schema_name"
    assert shop.warehouse_rows(f"{schemas} like 'shop_%'") == []
    assert not shop.published.exists()

    shop.done("build", *DEV)
    clients, items = (
        csv_rows(shop.root / "seeds" / f"raw_{name}.csv") for name in ("clients", "sale_items")
    )
    assert shop.rows("select count(*) from dim_customers") == [(len(clients),)]
    spent = sum(float(item["pieces"]) * float(item["piece_price"]) for item in items)
    [(revenue,)] = shop.warehouse_rows("select sum(net_amount) from shop_intermediate.int_orders")
    assert float(revenue) == pytest.approx(spent)

    # The metrics of the package are disabled.
    assert set(shop.manifest["metrics"]) == {"metric.corner_shop.revenue"}
    parents = shop.manifest["parent_map"]["model.customer_segmentation.stg_shop__orders"]
    assert "model.corner_shop.sales" in parents
    # The definitions of segments are those of the project itself; clusters depend on the data.
    versions = (
        "select segmentation, definition_version from {}_history.int_segmentation_days "
        "where segmentation <> 'cluster'"
    )
    known = shop.warehouse_rows(versions.format("shop"))
    assert len(known) > 5
    assert set(known) <= set(built.warehouse_rows(versions.format("segments")))


@pytest.mark.other_build
def test_names_of_the_shop_cannot_collide(shop: Project) -> None:
    (shop.root / "models" / "segments.sql").write_text("select 1 as segment", encoding="utf-8")
    (shop.root / "models" / "sales.sql").write_text(
        "{{ config(materialized='ephemeral') }} select 1 as order_id", encoding="utf-8"
    )
    settings = shop.root / "dbt_project.yml"
    text = settings.read_text(encoding="utf-8").replace("customers: clients", "customer: clients")
    text = text.replace(
        "vars:", "vars:\n  as_of_date: 2024-05-05\n  rfm_window_days: 90\n  refit: true"
    )
    settings.write_text(text, encoding="utf-8")
    printed = " ".join(shop.refused(*LEAN, "run", "--select", "stg_crm__customers", *DEV).split())
    for sentence in (
        "has a var refit, which dbt passes on; write refit under customer_segmentation, too",
        "has a var rfm_window_days, which dbt passes on;",
        "landing_refs has 'customer', which is no landing table; expected one of accounts,",
        "landing_refs has the ephemeral model sales; expected a table or a view",
        "the project corner_shop has a model segments, as customer_segmentation has, which would",
    ):
        assert sentence in printed
    # The package has a value of its own.
    assert "has a var as_of_date" not in printed


UNRELATED = """
import sys
from dbt.cli.main import dbtRunner

assert dbtRunner().invoke(["--quiet", "parse"]).success

from dbt.adapters.duckdb.impl import DuckDBAdapter, DuckDBConnectionManager
from dbt.context import base
from dbt.parser.schemas import YamlReader

changed = (
    base.get_context_modules,
    YamlReader.render_entry,
    DuckDBAdapter.submit_python_job,
    DuckDBConnectionManager.execute,
    DuckDBConnectionManager.exception_handler,
)
print({function.__module__.split(".")[0] for function in changed})
print([name for name in sys.modules if name.startswith("customer_segmentation.")])
"""


@pytest.mark.end_to_end
def test_dbt_is_unchanged_for_an_unrelated_project(tmp_path: Path) -> None:
    profile = {"type": "duckdb", "path": "other.duckdb"}
    profiles = {"other": {"target": "dev", "outputs": {"dev": profile}}}
    (tmp_path / "profiles.yml").write_text(json.dumps(profiles), encoding="utf-8")
    settings = {"name": "other", "profile": "other", "flags": {"send_anonymous_usage_stats": False}}
    (tmp_path / "dbt_project.yml").write_text(json.dumps(settings), encoding="utf-8")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "one.sql").write_text(
        "select {{ modules.keys() | list | length }} as modules, "
        "'{{ env_var('SEGMENTS_CATALOGUE', '') }}' as catalogue",
        encoding="utf-8",
    )
    environment = {"DBT_PROFILES_DIR": ".", "PATH": ""}
    script = [sys.executable, "-c", UNRELATED]
    done = subprocess.run(script, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "{'dbt'}",
        "['customer_segmentation.paths', 'customer_segmentation.errors']",
    ], done.stdout + done.stderr


def requirements(file: str) -> dict[str, Requirement]:
    lines = (REPOSITORY / file).read_text(encoding="utf-8").splitlines()
    found = map(Requirement, (line for line in lines if not line.startswith("#")))
    return {canonicalize_name(one.name): one for one in found}


def ranges() -> dict[str, Requirement]:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    found = map(Requirement, settings["project"]["dependencies"])
    return {canonicalize_name(one.name): one for one in found}


def test_every_range_has_its_pin() -> None:
    pins = requirements("requirements.txt")
    for name, wanted in ranges().items():
        assert [one.operator for one in wanted.specifier] != ["=="], name
        [pin] = pins[name].specifier
        assert wanted.specifier.contains(pin.version), f"{wanted} and {pins[name]}"


def test_every_import_has_its_range() -> None:
    imports = re.compile(
        r"^\s*(?:import (?=[\w.]+(?: as \w+)?$)|from (?=[\w.]+ import))(\w+)", re.MULTILINE
    )
    files = (REPOSITORY / "src").rglob("*.py")
    imported = {
        name for file in files for name in imports.findall(file.read_text(encoding="utf-8"))
    }
    # pyspark and streamlit are of requirements of their own; dbt_common comes with dbt-core.
    ours = {"customer_segmentation", "dbt_common", "pyspark", "streamlit"}
    packages = packages_distributions()
    for name in imported - ours - sys.stdlib_module_names:
        distributions = {canonicalize_name(one) for one in packages[name]}
        assert distributions & ranges().keys(), name
