"""Rules for the structure of the project, checked in dbt's manifest."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from project import REPOSITORY, Project, csv_rows

Node = dict[str, Any]


@pytest.fixture(scope="module")
def manifest(parsed: Project) -> dict[str, Any]:
    return parsed.manifest


def models(manifest: dict[str, Any]) -> dict[str, Node]:
    return {key: node for key, node in manifest["nodes"].items() if key.startswith("model.")}


def layer(node: Node) -> str:
    return str(node["original_file_path"].split("/")[1])


def ancestors(manifest: dict[str, Any], key: str) -> set[str]:
    found: set[str] = set()
    open_keys = [key]
    while open_keys:
        for parent in manifest["parent_map"].get(open_keys.pop(), []):
            if parent not in found:
                found.add(parent)
                open_keys.append(parent)
    return found


def gated_paths(manifest: dict[str, Any]) -> Iterator[tuple[Node, str, str]]:
    """Every model behind the gates that reads staging: (model, staging model, gate)."""
    for node in models(manifest).values():
        if layer(node) in ("landing", "staging"):
            continue
        for parent in node["depends_on"]["nodes"]:
            name = parent.split(".")[-1]
            if name.startswith("stg_"):
                domain = name.split("__")[0].split("_")[1]
                yield node, name, f"model.customer_segmentation.gate_{domain}"


def test_an_unchanged_project_is_not_parsed_again(parsed: Project) -> None:
    assert "no changes found, skipping parsing" in parsed.done("--debug", "parse")


def test_no_model_reads_staging_without_its_gate(manifest: dict[str, Any]) -> None:
    paths = list(gated_paths(manifest))
    assert len(paths) > 5
    for node, staging, gate in paths:
        assert gate in node["depends_on"]["nodes"], f"{node['name']} reads {staging} ungated"


def test_only_accepted_rows_are_read_behind_the_gates(manifest: dict[str, Any]) -> None:
    """Staging models include rejected rows; macros filter them for models and tests."""
    every_version = set()
    for key, node in manifest["nodes"].items():
        if key.startswith("test.") or (
            key.startswith("model.") and layer(node) not in ("landing", "staging")
        ):
            code = node["raw_code"]
            assert not re.search(r"""ref\(\s*["']stg_""", code), (
                f"{node['name']} reads excluded rows"
            )
            if "with_excluded" in code:
                every_version.add(node["name"])
    assert every_version == {
        "int_consent_statements",
        "int_recent_events",
        "int_requested_customers",
    }


def test_a_source_table_is_read_by_one_family_of_features(manifest: dict[str, Any]) -> None:
    """Identity also reads some sources, because features belong to people; steps are of all."""
    looked_up = {"stg_shop__products", "stg_shop__exchange_rates"}
    readers: dict[str, set[str]] = {}
    for node, staging, _ in gated_paths(manifest):
        folder = node["original_file_path"].rpartition("/")[0]
        if "with_excluded" in node["raw_code"] or staging in looked_up:
            continue
        if not folder.endswith(("/identity", "/steps")):
            readers.setdefault(staging, set()).add(folder)
    assert len(readers) > 8
    assert {table: folders for table, folders in readers.items() if len(folders) > 1} == {}


def test_every_gate_has_a_test_that_stops_the_run(manifest: dict[str, Any]) -> None:
    gates = [key for key in models(manifest) if ".gate_" in key and "results" not in key]
    assert len(gates) == 5
    for gate in gates:
        blocking = [
            node
            for node in manifest["nodes"].values()
            if node["resource_type"] == "test"
            and node.get("attached_node") == gate
            and node["test_metadata"]["name"] == "gate_passed"
            and node["config"]["severity"].lower() == "error"
        ]
        assert len(blocking) == 1


def test_publication_and_cards_check_their_gates(manifest: dict[str, Any]) -> None:
    gates = {key.split(".")[2] for key in models(manifest) if ".gate_" in key} - {"gate_results"}
    for publication, asked in (("publication", gates), ("service_publication", {"gate_web"})):
        code = manifest["nodes"][f"model.customer_segmentation.{publication}"]["raw_code"]
        assert set(re.findall(r'"(gate_(?!results)\w+)": dbt.ref\("\1"\)', code)) == asked
        assert "require_gates(gates, " in code


def test_readers_of_the_landing_wait_for_as_of(manifest: dict[str, Any]) -> None:
    """If as_of is of this run, so are all tables."""
    as_of = "model.customer_segmentation.as_of"
    landed = ("source.customer_segmentation.landing.", "seed.customer_segmentation.sample_")
    readers = [
        key
        for key, node in models(manifest).items()
        if any(parent.startswith(landed) for parent in node["depends_on"]["nodes"])
    ]
    assert len(readers) > 10
    for key in set(readers) - {as_of}:
        assert as_of in ancestors(manifest, key), key


def test_marts_do_not_read_staging(manifest: dict[str, Any]) -> None:
    for node in models(manifest).values():
        if layer(node) == "marts":
            parents = {parent.split(".")[-1] for parent in node["depends_on"]["nodes"]}
            assert not {name for name in parents if name.startswith("stg_")}


def test_publication_waits_for_everything_that_can_fail(manifest: dict[str, Any]) -> None:
    """A test runs before the children of its models only if all its models are ancestors.

    The service cards come after it, so that they change with the tables of the day. Last comes the
    clearing of traces of erased people.
    """
    publication = "model.customer_segmentation.publication"
    service_publication = "model.customer_segmentation.service_publication"
    erasure_traces = "model.customer_segmentation.erasure_traces"
    before = ancestors(manifest, publication)
    assert publication in ancestors(manifest, service_publication)
    for key, node in manifest["nodes"].items():
        if node["resource_type"] in ("model", "seed"):
            allowed = before | {publication, service_publication, erasure_traces}
            assert key in allowed, f"{node['name']} may fail after publishing"
        elif node["resource_type"] == "test" and node["config"]["enabled"]:
            parents = set(node["depends_on"]["nodes"])
            assert parents, f"{node['name']} tests nothing"
            assert parents <= before, f"{node['name']} may fail after publishing"


def test_every_required_column_has_a_quarantine_rule(manifest: dict[str, Any]) -> None:
    # Withdrawals and refusals count without these columns; grants do not.
    fail_closed = {
        ("consents", "recorded_at"),
        ("consents", "purpose"),
        ("consents", "status"),
        ("sensitive_attributes", "has_explicit_consent"),
    }
    tables = [node for node in manifest["sources"].values() if node["source_name"] == "landing"]
    assert tables
    for table in tables:
        domain = table["config"]["meta"]["domain"]
        staging = f"model.customer_segmentation.stg_{domain}__{table['name']}"
        # Order lines are checked before their orders.
        parents = manifest["nodes"][staging]["depends_on"]["nodes"]
        checked = [name for name in parents if name.split(".")[-1].startswith("checked_")]
        nodes = [manifest["nodes"][name] for name in (staging, *checked)]
        rules = {name for node in nodes for name in node["depends_on"]["macros"]}
        code = "".join(
            [
                *(node["raw_code"] for node in nodes),
                *(manifest["macros"][name]["macro_sql"] for name in rules if "_rules" in name),
            ]
        )
        required = [
            name
            for name, column in table["columns"].items()
            if column["config"]["meta"].get("required")
        ]
        assert required
        for name in required:
            has_rule = f"{name} is missing" in code
            is_read = (table["name"], name) in fail_closed
            assert has_rule != is_read, f"{table['name']}.{name} may be null"


def test_every_landing_table_has_its_gate(manifest: dict[str, Any]) -> None:
    for table in manifest["sources"].values():
        if table["source_name"] == "landing":
            domain = table["config"]["meta"]["domain"]
            gate = manifest["nodes"][f"model.customer_segmentation.gate_{domain}"]
            staging = f"stg_{domain}__{table['name']}"
            assert f'"{table["name"]}": dbt.ref("{staging}"),' in gate["raw_code"]


# Columns that only other systems have: what was charged, in several shops.
NOT_IN_THE_SAMPLE = {"total_amount", "tax_amount", "shipping_amount", "source_shop"}
NOT_IN_THE_SAMPLE |= {"is_deleted", "merged_contact_ids", "birth_year", "age_band", "industry"}


def test_the_sample_lands_every_column_of_the_contract_as_text(manifest: dict[str, Any]) -> None:
    landing = [one for one in manifest["sources"].values() if one["source_name"] == "landing"]
    assert landing
    for table in landing:
        seed = manifest["nodes"][f"seed.customer_segmentation.sample_{table['name']}"]
        lacking = set(table["columns"]) - set(seed["config"]["column_types"])
        assert lacking <= NOT_IN_THE_SAMPLE
        expected = [name for name in table["columns"] if name not in lacking]
        assert seed["config"]["column_types"] == dict.fromkeys(expected, "string")


def test_every_column_of_the_contract_is_read(manifest: dict[str, Any]) -> None:
    suites = REPOSITORY / "src" / "customer_segmentation" / "gates" / "suites.py"
    codes = [node["raw_code"] for node in models(manifest).values() if layer(node) != "landing"]
    codes += [
        macro["macro_sql"]
        for macro in manifest["macros"].values()
        if macro["package_name"] == "customer_segmentation"
    ]
    words = set(re.findall(r"\w+", "\n".join([*codes, suites.read_text(encoding="utf-8")])))
    for table in manifest["sources"].values():
        if table["source_name"] == "landing":
            assert set(table["columns"]) <= words, table["name"]


def test_everything_is_documented(manifest: dict[str, Any]) -> None:
    for key, node in manifest["nodes"].items():
        if node["resource_type"] in ("model", "seed"):
            assert node["description"], f"{key} has no description"
    for node in models(manifest).values():
        grain = node["description"].strip().split()[:2]
        assert grain in (["One", "row"], ["One", "row,"], ["One", "row:"]), node["name"]
    for macro in manifest["macros"].values():
        # The dispatching macro describes the variants of engines.
        is_variant = macro["name"].startswith(("duckdb__", "spark__", "default__"))
        if macro["package_name"] == "customer_segmentation" and not is_variant:
            assert macro["description"], f"macro {macro['name']} has no description"


def test_dim_customers_has_every_hard_segmentation(manifest: dict[str, Any]) -> None:
    catalogue = csv_rows(REPOSITORY / "seeds/business/segmentations.csv")
    expected = {
        f"{row['segmentation']}_segment"
        for row in catalogue
        if row["is_hard"] == row["segments_are_listed"] == "true"
    }
    columns = models(manifest)["model.customer_segmentation.dim_customers"]["columns"]
    assert expected - columns.keys() == set()


def test_published_marts_have_contracts_and_described_columns(manifest: dict[str, Any]) -> None:
    public = [node for node in models(manifest).values() if node["access"] == "public"]
    assert len(public) > 10
    for node in public:
        assert node["config"]["contract"]["enforced"]
        for column in node["columns"].values():
            assert column["description"], f"{node['name']}.{column['name']}"


def test_every_mart_has_a_consumer(manifest: dict[str, Any]) -> None:
    marts = {key for key, node in models(manifest).items() if node["access"] == "public"}
    readers = [node for key, node in manifest["nodes"].items() if key in marts]
    readers += manifest["exposures"].values()
    # A mart that another mart reads has its consumers.
    read = {parent for reader in readers for parent in reader["depends_on"]["nodes"]}
    assert marts - read == set()


def test_every_folder_has_a_colour(manifest: dict[str, Any]) -> None:
    for node in models(manifest).values():
        is_shown = node["docs"]["show"] and "/landing/" not in node["original_file_path"]
        assert not is_shown or node["docs"]["node_color"], node["name"]


def test_no_model_depends_on_engine_or_clock(manifest: dict[str, Any]) -> None:
    for node in models(manifest).values():
        for word in ("target.type", "target.name", "current_timestamp", "current_date", "now()"):
            assert word not in node["raw_code"], f"{node['name']} uses {word}"


def test_special_categories_can_only_suppress(manifest: dict[str, Any]) -> None:
    """Behind the gate, one model reads them; its columns are keys and reason codes."""
    readers = {
        node["name"]
        for node in models(manifest).values()
        for parent in node["depends_on"]["nodes"]
        if parent.endswith(".stg_crm__sensitive_attributes") and layer(node) != "staging"
    }
    assert readers == {"int_customer_suppressions"}
    node = manifest["nodes"]["model.customer_segmentation.int_customer_suppressions"]
    assert set(node["columns"]) == {"customer_id", "product_group", "reason_code"}
