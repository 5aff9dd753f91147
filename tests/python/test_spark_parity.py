"""The sample is published row for row the same on Spark and on DuckDB."""

import csv
import os
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from lint_compiled_sql import BOUNDED_WINDOWS, WHOLE_WINDOW
from parity import differences, different_exports, spark_table, tables_of
from project import LEAN, REPOSITORY, Project, Tests
from spark_cluster import SMALL_DATA
from test_state import LOG, STAYS, TABLES
from window_plans import inputs_of_whole_windows

from customer_segmentation.erasure.records import Key, Record, Records
from customer_segmentation.publishing import publish
from customer_segmentation.report import visual_report
from customer_segmentation.sample import Shape, generate
from customer_segmentation.state import state_queries

for module in ("pyspark", "dbt.adapters.spark"):
    pytest.importorskip(module, reason="needs requirements-spark.txt")
if not (shutil.which("java") or "JAVA_HOME" in os.environ):
    pytest.skip("needs Java 17 or 21", allow_module_level=True)

pytestmark = [
    pytest.mark.spark,
    # The longest file starts first.
    pytest.mark.end_to_end,
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas"),
]

# Spark is slow per statement, not per row: a small sample with every case. It has enough buyers for
# quantiles, and enough orders for clusters and forecasts.
SHAPE = Shape(customers=400, orders=8)
VARIABLES = {"rfm_min_buyers": 50}
# Tests of models have passed on DuckDB, and the tables are compared row for row. Tests of gates run
# here, because they decide on publication.
PASSED_TESTS = ("test_type:singular", "test_name:claims", "test_name:ranges_do_not_overlap")

# Difficult values of seeds; the second row has empty fields, the third quoted ones.
ODD_SEED = r'''row_id,words,amount,day,moment,is_odd,ratio
1,"it's ""quoted""",1.50,2024-02-29,2024-01-01 10:00:00.123456,true,0.1
2,,,,,,
3,"","","","","",""
4,back\slash \n \' \u0041,-3,,,false,1e-3
5,Grüße 中文 😀,9999999999999999.99,,,,
6,"two
lines, %s {{ var('x') }} ; -- no comment",,,,,
7, blanks around ,,,,,
8,None,,,,,
'''
ODD_SEED_YAML = """
seeds:
  - name: odd_texts
    config:
      column_types:
        row_id: int
        words: string
        amount: decimal(18, 2)
        day: date
        moment: timestamp
        is_odd: boolean
        ratio: double
"""


@dataclass(frozen=True)
class Builds:
    """One project, built on DuckDB, and a copy, built on Spark."""

    project: Project
    on_spark: Project
    spark_warehouse: Path

    def build(
        self,
        variables: Mapping[str, Any],
        *arguments: str,
        tests: Tests,
        passed: Iterable[str] = (),
    ) -> None:
        """Builds on both engines at once: neither needs two cores all the time.

        Spark leaves out the tests ``passed``.
        """
        selection = [*self.project.build_arguments(tests), *arguments]
        with ThreadPoolExecutor() as pool:
            on_duckdb = pool.submit(
                subprocess.run,
                self.project.command(*selection, variables=variables),
                cwd=self.project.root,
                env=self.project.environment,
                capture_output=True,
                text=True,
            )
            excluded = ("--exclude", *passed) if passed else ()
            self.on_spark.build(variables, "--target", "spark", *arguments, *excluded, tests=tests)
        assert on_duckdb.result().returncode == 0, on_duckdb.result().stdout[-4000:]

    def spark_table(self, schema: str, table: str) -> str:
        """A Spark table that DuckDB can select from."""
        return spark_table(self.spark_warehouse, schema, table)


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Builds]:
    project = Project.copy_to(tmp_path_factory.mktemp("project"))
    (project.root / "seeds/business/odd_texts.csv").write_text(ODD_SEED, encoding="utf-8")
    (project.root / "seeds/business/odd_texts.yml").write_text(ODD_SEED_YAML, encoding="utf-8")
    generate(project.root / "seeds" / "sample", SHAPE, prefix="sample_")
    on_spark = project.copy(tmp_path_factory.mktemp("on_spark") / "project")
    # A blank in the path, and leftovers of a killed run at the place of a table.
    warehouse = tmp_path_factory.mktemp("spark") / "ware house"
    for table in ("segments_staging.db/as_of", "segments_quality.db/gate_service"):
        (warehouse / table / "_temporary" / "0").mkdir(parents=True)
    with pytest.MonkeyPatch.context() as patch:
        # Relative, as by default.
        patch.setenv("SPARK_WAREHOUSE", os.path.relpath(warehouse, on_spark.root))
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:+UseSerialGC")
        settings = [f"--conf {name}={value}" for name, value in SMALL_DATA.items()]
        patch.setenv("PYSPARK_SUBMIT_ARGS", " ".join([*settings, "pyspark-shell"]))
        builds = Builds(project, on_spark, warehouse)
        builds.build(VARIABLES, tests="data", passed=PASSED_TESTS)
        yield builds


def test_every_published_table_is_equal(builds: Builds) -> None:
    published = builds.project.published_tables()
    assert published
    [(scores,)] = builds.project.rows("select detail from run_report where item = 'score_method'")
    assert scores.startswith("quantile")
    assert published["cluster_features"]
    assert published["value_back_test"]
    file = builds.project.published
    assert not differences(file, builds.spark_warehouse, "customer_segments_a")


def test_every_exported_audience_is_equal(builds: Builds) -> None:
    folders = [
        project.published.with_name("audiences") for project in (builds.project, builds.on_spark)
    ]
    assert len(list(folders[0].glob("*.csv"))) > 5
    assert not different_exports(*folders)


def test_the_report_is_equal(builds: Builds) -> None:
    page, other = (
        visual_report(project.published).read_bytes()
        for project in (builds.project, builds.on_spark)
    )
    assert page == other


def test_the_cards_of_the_service_are_equal(builds: Builds) -> None:
    file = builds.project.published.with_name("service_cards.duckdb")
    assert tables_of(file) == ["card_keys", "service_cards"]
    assert not differences(file, builds.spark_warehouse, "service_cards_a")


def test_a_seed_is_loaded_as_on_duckdb(builds: Builds) -> None:
    with duckdb.connect(str(builds.project.warehouse), read_only=True) as connection:
        expected = connection.execute("from segments_business.odd_texts order by 1").fetchall()
        seed = builds.spark_table("segments_business", "odd_texts")
        connection.execute("set timezone = 'UTC'")
        types = "* replace (cast(moment as timestamp) as moment)"
        assert connection.execute(f"select {types} from {seed} order by 1").fetchall() == expected
    assert expected[1][1:] == expected[2][1:] == (None,) * 6


@pytest.mark.parametrize(
    "seed", sorted((REPOSITORY / "seeds").rglob("*.csv")), ids=lambda seed: seed.stem
)
def test_no_seed_has_text_that_dbt_reads_as_null(seed: Path) -> None:
    # dbt reads seeds for Spark; DuckDB reads them itself, and these are texts for it.
    with seed.open(newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            assert not [text for text in row if text and text.strip().lower() in ("", "null")]


def test_both_engines_continue_after_a_week(builds: Builds) -> None:
    """Segments are not built again: a day is added, and only those move who are moved here."""
    project = builds.project
    project.let_parts_be_published()
    builds.on_spark.let_parts_be_published()
    day = project.rows("select max(logged_on) from segmentation_days")[0][0]
    variables = {**VARIABLES, "as_of_date": day + timedelta(7)}
    move_loyal_customers(builds)
    gate = builds.spark_table("segments_quality", "gate_service")
    sizes = f"select count(*) from {gate} group by run_id order by min(run_number)"
    first_size = duckdb.sql(sizes).fetchall()
    nodes = ["gate_service", "kept_rule_memberships", "rule_memberships", "publication"]
    folders = ["models/history", "models/marts/history"]
    builds.build(variables, "--select", "as_of", *folders, *nodes, tests="none")
    # A second run adds to a gate.
    assert duckdb.sql(sizes).fetchall() == first_size * 2
    remembered = [
        *("fct_segment_changes", "fct_segment_history", "segmentation_days", "rule_memberships"),
        *("agg_segment_migration", "agg_segment_stability"),
        "agg_drift",
    ]
    assert all(project.rows(f"select count(*) from {table}")[0][0] for table in remembered)
    others = "from agg_segment_stability where segmentation <> 'rfm'"
    assert project.rows(f"select distinct retention {others}") == [(1,)]
    others = "from agg_drift where verdict = 'stable' and item <> 'rfm'"
    assert project.rows(f"select distinct psi {others}") == [(0,)]
    assert project.rows("select bool_and(was_member_before) from rule_memberships") == [(True,)]
    warehouse = builds.spark_warehouse
    assert not differences(project.published, warehouse, "customer_segments_b", remembered)
    # Fits differ in last digits.
    state = project.state_tables().keys() - {"cluster_model"}
    assert not differences(project.state, warehouse, "customer_segments_state_b", state)


def move_loyal_customers(builds: Builds) -> None:
    """Some loyal customers are lost, in the build databases of both engines."""
    moved = "segmentation = 'rfm' and segment = 'loyal' and customer_id < '4'"
    with duckdb.connect(str(builds.project.warehouse)) as connection:
        table = "segments_segmentation.customer_segments"
        connection.execute(f"update {table} set segment = 'lost' where {moved}")
    table = builds.spark_table("segments_segmentation", "customer_segments")
    folder = builds.spark_warehouse / "segments_segmentation.db" / "customer_segments"
    files = list(folder.glob("*.parquet"))
    segment = f"case when {moved} then 'lost' else segment end as segment"
    duckdb.execute(
        f"copy (select * replace ({segment}) from {table}) to '{folder / 'moved.parquet'}'"
    )
    for file in files:
        file.unlink()


def test_another_schema_of_views_does_not_begin_a_history(builds: Builds) -> None:
    variables = {**VARIABLES, "publish_schema": "elsewhere"}
    output = builds.on_spark.refused(
        *("run", "--target", "spark", "--select", "kept_rule_memberships"), variables=variables
    )
    assert "the last run published the schema customer_segments" in output
    assert "Set publish_schema: customer_segments" in " ".join(output.split())


# The views of a state that a killed run has switched in part, and the problem before and after.
TELL_PROBLEMS = """
{% macro tell_problems() %}
    {% set node = {"config": {"publish_schema": "halves"}} %}
    {% for schema in ("halves", "halves_state") %}
        {% for place in (schema, schema ~ "_a", schema ~ "_b") %}
            {% do run_query("create schema " ~ place) %}
        {% endfor %}
        {% for name, side in {"version": "a", "drift_bins": "a", "rule_memberships": "b"}.items() %}
            {% set table = schema ~ "_" ~ side ~ "." ~ name %}
            {% do run_query("create table " ~ table ~ " as select 1 as version") %}
            {% set view %}
                create view {{ schema }}.{{ name }}
                tblproperties ('customer_segmentation.side' = '{{ side }}')
                as select * from {{ table }}
            {% endset %}
            {% do run_query(view) %}
        {% endfor %}
    {% endfor %}
    {% do tell_problem(node) %}
    {% do run_query("drop view halves_state.rule_memberships") %}
    {% do tell_problem(node) %}
    {% do run_query("drop table halves_b.rule_memberships") %}
    {% do tell_problem(node) %}
{% endmacro %}

{% macro tell_problem(node) %}
    {% set last = {"was_published": true, "last_place": "halves"} %}
    {% do log("problem: " ~ spark__publication_problem(node, true, last), info=true) %}
{% endmacro %}
"""

# The plan of a model, as text.
EXPLAIN = """
{% set sql %}{% raw %}SQL{% endraw %}{% endset %}
{% do log("plan of MODEL" ~ run_query("explain " ~ sql).columns[0].values()[0], info=true) %}
"""


@pytest.fixture(scope="module")
def told(builds: Builds) -> str:
    """Output of macros about the build; all at once, because a session takes seconds."""
    plans = ""
    for file in sorted((builds.on_spark.root / "target" / "compiled").rglob("models/**/*.sql")):
        sql = file.read_text(encoding="utf-8")
        # Tests are below the file that declares them.
        if file.parent.suffix != ".yml" and WHOLE_WINDOW.search(sql):
            plans += EXPLAIN.replace("SQL", sql).replace("MODEL", file.name)
    macro = builds.on_spark.root / "macros" / "told.sql"
    text = "{% macro told() %}{% do tell_problems() %}" + plans + "{% endmacro %}"
    macro.write_text(TELL_PROBLEMS + text, encoding="utf-8")
    output = builds.on_spark.done(
        *(*LEAN, "run-operation", "told", "--target", "spark"), variables=VARIABLES
    )
    macro.unlink()
    return output


def test_a_window_over_all_rows_has_few_rows(told: str) -> None:
    plans = dict(re.findall(r"plan of (\w+\.sql)(.*?)(?=\n\S+ +plan of|\Z)", told, re.DOTALL))
    assert plans.keys() == BOUNDED_WINDOWS.keys()
    for model, plan in plans.items():
        inputs = inputs_of_whole_windows(plan)
        assert inputs
        assert set().union(*inputs) <= BOUNDED_WINDOWS[model].inputs, model


def test_a_half_switched_state_is_a_problem(told: str) -> None:
    halves, whole, dangling = re.findall("problem: (.*)", told)
    assert "halves_state read tables of two runs (halves_state_a, halves_state_b)" in halves
    # The next run publishes all tables again.
    assert "views of schema halves read tables of two runs" in " ".join(told.split())
    assert whole == "None"
    assert "views of schema halves read missing tables: rule_memberships" in dangling


def test_nothing_is_written_outside_the_warehouse(builds: Builds) -> None:
    names = {path.name for path in builds.on_spark.root.iterdir()}
    assert not names & {"metastore_db", "derby.log", "spark-warehouse", "file:"}
    assert {"metastore_db", "derby.log"} <= {path.name for path in builds.spark_warehouse.iterdir()}


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    yield session
    session.stop()


def publish_number(session: Any, number: int, *tables: str) -> list[tuple[Any, ...]]:
    table = session.createDataFrame([(number,)], "number int")
    counts = publish(session, dict.fromkeys(tables, table), path="", schema="out")
    return [tuple(row)[:2] for row in counts.collect()]


def published_numbers(session: Any) -> dict[str, int]:
    views = session.sql("show views in out").where("not isTemporary").collect()
    return {view.viewName: session.table(f"out.{view.viewName}").head().number for view in views}


@pytest.mark.parametrize("found", [{"version", "segment_changes"}, {"fct_segment_changes"}])
def test_old_logs_are_read_as_stays(session: Any, found: set[str]) -> None:
    session.sql("create schema if not exists old")
    log = session.sql(LOG)
    log.write.saveAsTable(f"old.{max(found - {'version'})}", mode="overwrite")
    query = state_queries(TABLES, "old", dict.fromkeys(found, log.columns))["segment_history"]
    assert sorted((tuple(row) for row in session.sql(query).collect()), key=str) == STAYS


def test_a_request_is_no_evidence_of_itself(session: Any) -> None:
    kinds = {"is_valid": "boolean"}
    columns = ", ".join(f"{name} {kinds.get(name, 'string')}" for name in Record._fields)
    rows = [
        {"evidence": "request", "email": "a@shop.test", "is_valid": True},
        {"evidence": "contact", "email": "b@shop.test", "is_valid": True},
    ]
    evidence = session.createDataFrame(
        [{**dict.fromkeys(Record._fields), **row} for row in rows], columns
    )
    records = Records(session, evidence, 5)
    assert [record.email for record in records.requests()] == ["a@shop.test"]
    records.open()
    found = records.around([Key("email", "a@shop.test"), Key("email", "b@shop.test")])
    records.close()
    assert [record.email for record in found] == ["b@shop.test"]


def test_views_switch_to_the_new_run(session: Any) -> None:
    session.range(1).createOrReplaceTempView("of_an_incremental_model")
    assert publish_number(session, 1, "x", "y") == [("x", 1), ("y", 1)]
    assert published_numbers(session) == {"x": 1, "y": 1}
    publish_number(session, 2, "x", "y")
    assert published_numbers(session) == {"x": 2, "y": 2}
    publish_number(session, 3, "x")
    assert published_numbers(session) == {"x": 3}


def test_views_with_labels_show_words(session: Any) -> None:
    odd = 'It\'s \\ "odd"'
    segments = "segmentation string, segment string, sort_order int, label string"
    tables = {
        "segmentations": session.createDataFrame(
            [("rfm", "RFM group")], "segmentation string, label string"
        ),
        "segments": session.createDataFrame([("rfm", "best", 1, odd)], segments),
        "cluster_features": session.createDataFrame(
            [("cluster_1", 1, "many orders")],
            "segment string, cluster_number int, cluster_name string",
        ),
        "moves": session.createDataFrame(
            [("rfm", "best", 3), ("city", "Wien", 4)],
            "segmentation string, segment string, customers int",
        ),
        "wide": session.createDataFrame(
            [(1, "best"), (2, "at_risk")], "customer_id int, rfm_segment string"
        ),
    }
    publish(session, tables, "", "words")
    moves = session.table("words_labelled.moves").orderBy("customers").collect()
    assert [tuple(row) for row in moves] == [("RFM group", odd, 3, 1), ("city", "Wien", 4, None)]
    wide = session.table("words_labelled.wide").orderBy("customer_id").collect()
    assert [tuple(row) for row in wide] == [(1, odd), (2, "at risk")]
    del tables["wide"]
    publish(session, tables, "", "words")
    views = session.sql("show views in words_labelled").where("not isTemporary").collect()
    assert [view.viewName for view in views] == ["cluster_features", "moves"]


def test_a_failed_run_leaves_the_views(session: Any) -> None:
    publish_number(session, 4, "x", "y")
    broken = session.range(1).selectExpr("raise_error('no') as number")
    with pytest.raises(Exception, match="no"):
        publish(session, {"x": session.range(1), "y": broken}, "", "out")
    assert published_numbers(session) == {"x": 4, "y": 4}


def test_a_run_killed_between_two_views_leaves_both_readable(session: Any) -> None:
    publish_number(session, 5, "x", "y")
    definition = session.sql("show create table out.y").head()[0]
    publish_number(session, 6, "x", "y")
    session.sql(definition.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))
    assert published_numbers(session) == {"x": 6, "y": 5}
    with pytest.raises(Exception, match="no"):
        publish(session, {"x": session.range(1).selectExpr("raise_error('no')")}, "", "out")
    assert published_numbers(session) == {"x": 6, "y": 5}
    publish_number(session, 7, "x", "y")
    assert published_numbers(session) == {"x": 7, "y": 7}
