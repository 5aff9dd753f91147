"""End-to-end tests of a build: published tables, gates, and excluded data."""

import json
import math
import re
import shutil
from pathlib import Path

import duckdb
import numpy as np
import pytest
import yaml  # type: ignore[import-untyped]
from dbt.cli.main import dbtRunner
from project import FILES, REPOSITORY, SEEDED, Project, Rows, csv_rows, sample_rows

from customer_segmentation.prospects.buyers import buyers_with_segments
from customer_segmentation.prospects.tiers import fit_tiers, tier_weights

pytestmark = pytest.mark.end_to_end

WORD = re.compile(r"[^\W_]+")

# In the sample, attributes predict the value of prospects, not their RFM group.
LEFT_OUT = {"prospect_rfm"}


def test_every_published_table_exists_and_has_rows(built: Project) -> None:
    tables = built.published_tables()
    assert set(tables) == {
        *(
            "agg_drift",
            "agg_audience_exclusions",
            "agg_category_prices",
            "agg_cohort_retention",
            "agg_product_associations",
            "next_products",
            "next_product_test",
            "audience_results",
            "fct_audience_days",
            "agg_region_category_demand",
        ),
        *("agg_region_demand", "agg_segment_migration", "agg_rule_overlaps"),
        *("agg_segment_profiles", "agg_segment_stability", "audience_members", "audience_segments"),
        *("audiences", "cluster_features", "cluster_model", "departments", "dim_customers"),
        *("dim_offer_eligibility", "fct_customer_segments", "fct_segment_changes"),
        "counterfactuals",
        *("customer_features", "customer_suppressions", "product_groups", "audience_offers"),
        *("fct_segment_history", "gate_results", "goal_segmentations", "goals", "identity_cuts"),
        "goal_results",
        *("identity_merges", "key_features", "prospect_model", "quarantined_rows"),
        *("rfm_cut_points", "rule_memberships", "run_report", "segment_rules"),
        *("segment_strategies", "segmentation_days", "segmentations", "segments", "strategies"),
        *("survey_confirmations", "survey_frames", "survey_samples", "survey_verdicts"),
        *("value_back_test", "value_parameters"),
    }
    # A first run has no earlier day.
    empty = {"agg_segment_migration", "agg_segment_stability"}
    empty.add("fct_segment_changes")
    assert {table for table, rows in tables.items() if not rows} == empty
    views = "select distinct schema_name from duckdb_views() where not internal"
    assert built.rows(views) == [("labelled",)]


def test_the_state_has_the_tables_of_its_source(built: Project) -> None:
    declared = {
        node["name"]: set(node["columns"])
        for node in built.manifest["sources"].values()
        if node["source_name"] == "state"
    }
    tables = built.state_tables()
    assert set(tables) == {*declared, "version"}
    # A first run has no erased people and no frozen cut points.
    empty = {"erased_memberships", "frozen_cut_points"}
    assert {table for table, rows in tables.items() if not rows} == empty
    for table, columns in declared.items():
        names = built.state_rows(f"select column_name from (describe {table})")
        assert columns <= {name for (name,) in names}


def test_every_customer_is_in_every_segmentation_once(built: Project) -> None:
    customers = built.rows("select count(*) from dim_customers")[0][0]
    assert customers > 1000
    counts = built.rows(
        "select s.segmentation, count(distinct f.customer_id), "
        "count(*) filter (where f.is_primary or s.is_hard) "
        "from segmentations s left join fct_customer_segments f using (segmentation) "
        "group by s.segmentation"
    )
    assert len(counts) > 40
    answered = {row for row in counts if row[0] not in LEFT_OUT}
    assert {row[1:] for row in answered} == {(customers, customers)}
    assert set(counts) - answered == {(segmentation, 0, 0) for segmentation in LEFT_OUT}


def test_every_listed_segment_has_a_customer_in_the_sample(built: Project) -> None:
    empty = built.rows(
        "select segmentation, segment from segments "
        "anti join fct_customer_segments using (segmentation, segment) order by all"
    )
    # The sample has a model of value for prospects; only the service load can be unknown.
    assert [row for row in empty if row[0] not in LEFT_OUT] == [
        ("prospect_value", "unknown"),
        ("service_load", "unknown"),
    ]


def test_the_forecast_of_the_sample_is_useful(built: Project) -> None:
    ((model, error, naive, aggregate, shows_alive),) = built.rows(
        "select model, mean_absolute_error, naive_absolute_error, aggregate_error, shows_alive "
        "from value_back_test where outcome = 'chosen'"
    )
    assert (model, shows_alive) == ("pareto_nbd", True)
    assert error < 0.9 * naive
    assert abs(aggregate) < 0.1
    assert built.rows(
        "select reason, count(*) from fct_customer_segments "
        "where segmentation = 'expected_value' and segment = 'not_estimable' group by all"
    ) == [("contract", 13)]


def test_a_survey_with_enough_answers_confirms_its_segment(built: Project) -> None:
    verdicts = dict(built.rows("select segment, verdict from survey_verdicts"))
    assert verdicts.pop("online") == "confirmed"
    assert set(verdicts.values()) == {"too_few"}
    drawn = built.rows(
        "select segment, count(*), any_value(frame_size) from survey_samples group by segment"
    )
    # +-5 points need 384.16 people of a large population, and nearly all of a small one.
    assert {segment: people for segment, people, _ in drawn}["online"] > 15
    assert all(people == math.ceil(384.16 / (1 + 383.16 / frame)) for _, people, frame in drawn)
    # No children and nobody of unknown age.
    ages = "select count(*) from survey_samples inner join fct_customer_segments as ages "
    ages += "using (customer_id) where ages.segmentation = 'age_band' "
    ages += "and ages.segment in ('under_13', '13_15', 'unknown')"
    assert built.rows(ages) == [(0,)]


def test_prospects_have_the_weights_of_the_model(built: Project) -> None:
    project = yaml.safe_load((built.root / "dbt_project.yml").read_text(encoding="utf-8"))
    with duckdb.connect(str(built.warehouse), read_only=True) as connection:
        buyers = buyers_with_segments(
            connection.table("segments_intermediate.customer_features"),
            {"historic_value": connection.table("segments_segmentation.seg_value")},
            numbers=project["vars"]["prospect_numbers"],
            categories=project["vars"]["prospect_categories"],
            most=10000,
        )
        features = connection.execute(
            "from segments_intermediate.customer_features where lifetime_orders = 0"
        ).df()
        scores = connection.execute(
            "from segments_segmentation.seg_prospect_value "
            "where segmentation = 'prospect_value' and reason like '% of such buyers, %'"
        ).df()
    attributes = buyers.drop(columns=["historic_value"])
    fit = fit_tiers(buyers["historic_value"], attributes, seed=7)
    assert fit.model is not None
    prospects = features.set_index("customer_id")[attributes.columns].astype(attributes.dtypes)
    expected = tier_weights(fit.model, prospects)
    found = scores.pivot(index="customer_id", columns="segment", values="weight").fillna(0)
    assert len(found) > 400
    assert np.abs((found - expected).to_numpy()).max() < 1e-9


def test_published_clusters_survive_without_the_build_database(built: Project) -> None:
    state = built.state.read_bytes()
    table = "segments_intermediate.int_cluster_model"
    built.change_state("update cluster_model set model_version = '2000-01-01'")
    with duckdb.connect(str(built.warehouse)) as connection:
        fitted = connection.execute(f"from {table}").to_arrow_table()
        connection.execute(f"drop table {table}")
    try:
        built.done("--no-write-json", "run", "--select", "int_cluster_model")
    finally:
        built.state.write_bytes(state)
    with duckdb.connect(str(built.warehouse)) as connection:
        versions = connection.execute(f"select distinct model_version from {table}").fetchall()
        connection.execute(f"create or replace table {table} as from fitted")
    assert fitted["model_version"].unique().to_pylist() != ["2000-01-01"]
    assert versions == [("2000-01-01",)]


def test_too_many_bad_rows_stop_at_the_gate_and_publish_nothing(files_today: Project) -> None:
    def spoil(table: str, rows: Rows) -> Rows:
        if table == "orders":
            for row in rows[::10]:
                row["currency"] = "XXX"
        return rows

    before = files_today.published.read_bytes()
    files_today.land_files(spoil)
    run = files_today.dbt(*files_today.build_arguments(), *SEEDED, variables=FILES)
    assert run.returncode == 1
    assert "SKIP relation segments_intermediate.int_orders " in run.stdout
    assert re.search(
        "critical in gate_shop: orders: [0-9.]+% of rows are rejected, and at most 5.0% may be: "
        "currency has no exchange rate",
        run.stdout,
    )
    assert files_today.published.read_bytes() == before
    results = files_today.warehouse_rows(
        "select message from segments_quality.gate_shop where not passed and severity = 'critical'"
    )
    # Lines and refunds of quarantined orders are quarantined too.
    tables = {message.split(":")[0] for (message,) in results}
    assert tables == {"orders", "order_lines", "refunds"}


def test_wrong_rules_are_named_and_publish_nothing(built: Project, tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    shutil.copytree(built.root, project.root)
    project.let_parts_be_selected()
    before = project.published.read_bytes()
    with (project.root / "seeds/business/rules/segment_rules.csv").open("a") as rules:
        rules.write(
            "\n"
            "active_now,bad,lifetme_orders,at_least,2,\n"
            'active_now,text,city,is,"\'; drop table customers; -- ""x""",\n'
            "active_now,huge,lifetime_orders,at_least,99999999999999999999999,\n"
        )
    run = project.dbt("build", "--select", "segment_rules", "rule_strengths+")
    assert run.returncode == 1
    assert "segment_rules: 2 errors\n" in run.stdout
    wrong = [line for line in run.stdout.splitlines() if "segment 'active_now'" in line]
    assert [line.partition(";")[0].strip() for line in wrong] == [
        "row 44, segment 'active_now': feature 'lifetme_orders' is unknown, "
        "did you mean 'lifetime_orders'?",
        "row 46, segment 'active_now': value '99999999999999999999999': expected a number of at "
        "most 1,000,000,000,000,000, because at_least is asked of lifetime_orders, a whole number",
    ]
    assert project.published.read_bytes() == before


def test_an_audience_by_another_channel_than_its_strategy_is_named(
    built: Project, tmp_path: Path
) -> None:
    project = built.copy(tmp_path / "project")
    seeds = ["audiences", "audience_segments", "segment_strategies", "strategies"]
    file = project.root / "seeds/business/audiences/audiences.csv"
    text = file.read_text()
    assert "win_prospects,phone," in text
    file.write_text(text.replace("win_prospects,phone,", "win_prospects,letter,"))
    printed = project.refused("build", "--select", *seeds)
    assert (
        "audiences_use_the_channel_of_their_strategies: audience hot_prospects, channel letter, "
        "segmentation prospect_interest, segment hot, strategy call_now, channel_of_strategy phone"
    ) in " ".join(printed.split())


# test_settings.py tests the other rules.
SENSELESS_VARS = [
    (
        {
            "landing": "nonsense",
            "as_of_date": "2024-02-30",
            "rfm_window_days": 0,
            "rfm_frequency_ties": "row_order",
            "prefernce_min_share": 0.4,
            "shop_of_another_project": "first",
        },
        [
            "landing is 'nonsense'; expected one of sample, files, tables",
            "as_of_date is '2024-02-30'; expected a day of the calendar as YYYY-MM-DD, or nothing",
            "rfm_window_days is 0; expected a whole number of at least 1",
            "rfm_frequency_ties is 'row_order' and rfm_score_method is 'quantile'; expected",
            "there is no var prefernce_min_share; write preference_min_share, or remove it",
            "Correct them under vars in dbt_project.yml or in --vars.",
        ],
    ),
    (
        {"landing": "files", "landing_path": "nowhere"},
        ["landing_path is 'nowhere', where no landing table is found; expected names such as"],
    ),
    (
        {"landing": "tables", "landing_schema": "nowhere"},
        ["landing_schema is 'nowhere', where no landing table is found; expected names such as"],
    ),
]


def test_wrong_vars_stop_the_run_at_its_start(
    parsed: Project,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(parsed.root)
    for name, value in parsed.environment.items():
        monkeypatch.setenv(name, value)
    manifest = dbtRunner().invoke(["parse", "--target", "ci", "--vars", "{}"]).result
    # This process keeps the database open; models use the name of its file.
    monkeypatch.setenv("SEGMENTS_DATABASE", str(tmp_path / parsed.warehouse.name))
    # Hooks must use the vars of the run, not those of parsing.
    dbt = dbtRunner(manifest=manifest)
    for variables, messages in SENSELESS_VARS:
        capfd.readouterr()
        run = dbt.invoke(
            ["build", "--no-write-json", "--target", "ci", "--vars", json.dumps(variables)]
        )
        printed = capfd.readouterr().out
        assert not run.success
        assert [message for message in messages if message not in printed] == []
        assert "shop_of_another_project" not in printed
        assert "START sql" not in printed


def test_no_direct_identifier_leaves_the_build(built: Project) -> None:
    """Searches all output for each email address, phone number and family name of the sample."""
    values: set[str] = set()
    for table in ("customers", "leads", "orders"):
        for row in sample_rows(table):
            for column in ("email", "phone", "address_line"):
                values.add(row.get(column, "").strip().lower())
    values = {value for value in values if len(value) > 6}
    assert len(values) > 500
    tables = built.published_tables().items()
    texts = {f"published {name}": "\n".join(map(str, rows)).lower() for name, rows in tables}
    for path in [*built.root.glob("logs/*"), *built.root.glob("target/data_docs/**/*.html")]:
        texts[str(path)] = path.read_text(encoding="utf-8").lower()
    assert len(texts) > 10
    found = []
    for name, text in texts.items():
        # For speed, only values whose words all occur are searched in the log.
        words = set(WORD.findall(text))
        found += [
            (name, value)
            for value in values
            if words.issuperset(WORD.findall(value)) and value in text
        ]
    assert found == []


def test_exports_have_a_legal_basis_on_that_day(built: Project) -> None:
    folder = built.published.parent / "audiences"
    exports = duckdb.sql(f"select audience, count(*) from '{folder}/*.parquet' group by 1")
    rows = dict(exports.fetchall())
    contacted = built.rows(
        "select audience, customers from agg_audience_exclusions where outcome = 'contacted'"
    )
    assert rows == dict(contacted)
    assert len(rows) > 5
    for audience, count in rows.items():
        assert len(csv_rows(folder / f"{audience}.csv")) == count


def test_customers_who_withdrew_are_not_contacted(built: Project) -> None:
    """Compares the landing with the exported files, without the models: marketing by email."""
    statements: dict[str, list[tuple[str, str]]] = {}
    for row in sample_rows("consents"):
        if row["purpose"] == "marketing" and row["channel"] in ("email", ""):
            said = (row["recorded_at"], row["status"])
            statements.setdefault(row["contact_id"], []).append(said)
    latest = {contact: max(said)[1] for contact, said in statements.items() if contact}
    addresses = {
        row["contact_id"]: row["email"].strip().lower() for row in sample_rows("customers")
    }
    withdrawn, granted = (
        {addresses[contact] for contact, said in latest.items() if said == status}
        for status in ("withdrawn", "granted")
    )
    folder = built.published.parent / "audiences"
    written_to = {
        address
        for (address,) in duckdb.sql(
            f"select address from '{folder}/*.parquet' "
            "where channel = 'email' and audience <> 'make_good'"
        ).fetchall()
    }
    assert len(withdrawn) > 50
    assert written_to & withdrawn <= granted
    assert len(written_to & granted) > 100


def test_the_bundled_profile_has_no_secret() -> None:
    text = (REPOSITORY / "profiles" / "profiles.yml").read_text(encoding="utf-8")
    assert "password" not in text
    assert "token" not in text
