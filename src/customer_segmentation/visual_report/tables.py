"""Read the published tables of the report: aggregates, catalogues and facts about the run only."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Any

import duckdb
import pyarrow as pa

from customer_segmentation.relations import read_table

# The tables that the report reads, none with a row per customer, with their name in the build.
TABLES = {
    "agg_audience_exclusions": "agg_audience_exclusions",
    "agg_cohort_retention": "agg_cohort_retention",
    "agg_drift": "agg_drift",
    "agg_region_category_demand": "agg_region_category_demand",
    "agg_region_demand": "agg_region_demand",
    "agg_rule_overlaps": "agg_rule_overlaps",
    "agg_segment_migration": "agg_segment_migration",
    "agg_segment_profiles": "agg_segment_profiles",
    "agg_segment_stability": "agg_segment_stability",
    "audience_results": "audience_results",
    "audience_segments": "audience_segments",
    "audiences": "audiences",
    "cluster_features": "int_cluster_explanations",
    "departments": "departments",
    "gate_results": "gate_results",
    "goal_results": "goal_results",
    "goal_segmentations": "goal_segmentations",
    "goals": "goals",
    "key_features": "key_features",
    "run_report": "run_report",
    "segment_strategies": "segment_strategies",
    "segmentations": "segmentation_availability",
    "segments": "segments",
    "strategies": "strategies",
    "survey_frames": "survey_frames",
    "survey_verdicts": "survey_verdicts",
    "value_back_test": "int_value_back_test",
}

Rows = list[dict[str, Any]]


class Tables:
    """The published tables, in a database in memory; the same on DuckDB and on Spark."""

    def __init__(self, relations: Mapping[str, Any], descriptions: Any, few: int) -> None:
        """Read the tables.

        Args:
            relations: published name -> relation; more relations than ``TABLES`` are not read.
            descriptions: the relation of the model published_descriptions.
            few: the minimum of customers that a count may show.
        """
        # One thread, because the tables are small and equal runs give equal pages.
        self._connection = duckdb.connect(config={"threads": 1})
        self._connection.execute("set variable few = ?", [few])
        for name in TABLES:
            self._add(name, read_table(relations[name]))
        self._add("published_descriptions", read_table(descriptions))
        self._connection.execute(files(__package__).joinpath("views.sql").read_text("utf-8"))

    def _add(self, name: str, table: pa.Table) -> None:
        self._connection.register("arrow", table)
        # Sums of doubles depend on the order of the rows, which differs between engines.
        self._connection.execute(f"create table {name} as from arrow order by all")
        self._connection.unregister("arrow")

    def rows(self, query: str, values: Iterable[Any] = ()) -> Rows:
        """The rows of a query over the published tables and the views of ``views.sql``."""
        found = self._connection.execute(query, [*values])
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def columns(self, table: str) -> Rows:
        """The columns of a published table, each with its description."""
        return self.rows(
            "select column_name as name, coalesce(description, '') as description "
            "from duckdb_columns() left join published_descriptions as described "
            "on described.kind = 'column' and described.table_name = ? "
            "and described.columns = column_name "
            "where duckdb_columns.table_name = ? order by column_index",
            [TABLES[table], table],
        )

    def description(self, table: str) -> str:
        """The description of a published table."""
        query = "select description from published_descriptions where kind = 'table' "
        [row] = self.rows(f"{query} and table_name = ?", [TABLES[table]]) or [{"description": ""}]
        return str(row["description"])
