"""A part of the project is built on a cluster, through Spark Connect, while a worker is lost."""

import os
import shutil
from collections.abc import Iterator

import duckdb
import pytest
from cluster_demo import node_start
from parity import spark_table
from project import LEAN, Project
from spark_cluster import SMALL_DATA, Process, SparkCluster

for module in ("pyspark", "dbt.adapters.spark"):
    pytest.importorskip(module, reason="needs requirements-spark.txt")
if not (shutil.which("java") or "JAVA_HOME" in os.environ):
    pytest.skip("needs Java 17 or 21", allow_module_level=True)

pytestmark = [pytest.mark.spark, pytest.mark.end_to_end]

# Reads rows from the cluster and sends rows to it, as models with fits do; one sends no row.
COUNTS = """
from customer_segmentation.relations import model_result, read_counts


def model(dbt, session):
    counts = read_counts(dbt.ref("known_words"), ["list"], "words")
    return model_result(session, counts.slice(0, {rows}))
"""


@pytest.fixture
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkCluster]:
    with pytest.MonkeyPatch.context() as patch:
        # Halves the start-up time, with slower code later.
        patch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        # A blank in the path.
        folder = tmp_path_factory.mktemp("cluster") / "clus ter"
        with SparkCluster(folder, worker_memory="512m", settings=SMALL_DATA) as cluster:
            yield cluster


def test_models_are_built_though_a_worker_is_lost(
    cluster: SparkCluster, tmp_path_factory: pytest.TempPathFactory
) -> None:
    project = Project.copy_to(tmp_path_factory.mktemp("project"))
    for model, rows in {"word_counts": 100, "no_counts": 0}.items():
        file = project.root / "models" / f"{model}.py"
        file.write_text(COUNTS.format(rows=rows), encoding="utf-8")
    selected = ("build", "--select", "+word_counts", "no_counts", "--exclude", "resource_type:test")
    project.done(*LEAN, *selected)
    environment = {**project.environment, "SPARK_REMOTE": cluster.remote}
    command = project.command(*LEAN, *selected, "--target", "cluster")
    with Process("dbt", command, project.root / "log", environment, project.root) as dbt:
        for line in dbt.lines():
            start = node_start(line)
            if start and start.node.endswith(".known_words"):
                cluster.workers[0].kill()
        assert dbt.exit_code() == 0, dbt.text()[-4000:]
    assert cluster.lost_executors() == 1
    for model, is_filled in {"word_counts": True, "no_counts": False}.items():
        ours = project.warehouse_rows(f"from segments.{model} order by all")
        assert bool(ours) == is_filled
        theirs = spark_table(cluster.warehouse, "segments", model)
        assert duckdb.execute(f"from {theirs} order by all").fetchall() == ours
