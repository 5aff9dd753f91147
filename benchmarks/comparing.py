"""Compare the results of the programs with ours, before any cost is shown."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd
from sklearn.metrics import adjusted_rand_score

# Our build finds erased people before it links the others; the hand-written program removes them
# afterwards. A device that was shared with one of them may then belong to nobody.
MAX_DIFFERENT_SHARE = 0.001

MODELS = "ours.segments_intermediate"
SCORES = "r_score, f_score, m_score"
MEASURES = "lifetime_orders, lifetime_net_amount, window_orders, window_net_amount"
SESSIONS = "select customer_id, count(*) from {} where customer_id is not null group by customer_id"


class DifferentError(Exception):
    """Results that should be equal are not."""


class Comparison:
    """Results in open databases, and what was found."""

    def __init__(self, work: Path) -> None:
        """Opens the databases of both programs."""
        self.connection = duckdb.connect()
        self.found: dict[str, str] = {}
        for name, file in {
            "ours": work / "ours" / "warehouse.duckdb",
            "published": work / "ours" / "published" / "customer_segments.duckdb",
            "cards": work / "ours" / "published" / "service_cards.duckdb",
            "hand": work / "hand_written" / "published.duckdb",
            "hand_work": work / "hand_written" / "work.duckdb",
        }.items():
            self.connection.execute(f"attach '{file}' as {name} (read_only)")

    def number(self, query: str) -> int:
        """The only number of a query."""
        row = self.connection.execute(query).fetchone()
        assert row is not None
        return int(row[0] or 0)

    def equal(self, what: str, rows: int, one: str, another: str) -> None:
        """Counts rows of one query that the other lacks, and the other way round."""
        different = max(
            self.number(f"select count(*) from (({first}) except ({second}))")
            for first, second in [(one, another), (another, one)]
        )
        self.found[what] = f"{different:,} of {rows:,} differ"
        if different > MAX_DIFFERENT_SHARE * rows:
            raise DifferentError(f"{what}: {self.found[what]}; expected at most 0.1 %")

    def with_hand_written(self) -> None:
        """Customers, orders, revenue, RFM and sessions; other segments are only counted."""
        customers = self.number("select count(*) from published.dim_customers")
        for what, columns, condition in [
            ("customers", "customer_id", "true"),
            ("orders and revenue of a customer", f"customer_id, {MEASURES}", "is_profiled"),
            ("RFM scores and segment", f"customer_id, {SCORES}, {{}}", "is_profiled"),
        ]:
            queries = [
                f"select {columns.format(segment)} from {table}.dim_customers where {condition}"
                for table, segment in [("published", "rfm_segment"), ("hand", "rfm")]
            ]
            self.equal(f"hand-written: {what}", customers, *queries)
        self.sessions("hand-written", "hand.sessions")
        shares = self.connection.execute(
            """
            select segmentation, avg(cast(one.segment = another.segment as int))
            from published.fct_customer_segments as one
            inner join hand.fct_customer_segments as another using (customer_id, segmentation)
            where one.is_primary and another.is_primary
            group by segmentation
            """
        ).fetchall()
        close = sum(share >= 0.95 for _, share in shares)
        self.found["hand-written: other segmentations"] = (
            f"{len(shares)} in both; the main segment equals ours for 95 % of customers in {close}"
        )

    def sessions(self, program: str, table: str) -> None:
        """The number of sessions, and of each customer's."""
        mine = f"{MODELS}.int_web_sessions"
        total, other = (self.number(f"select count(*) from {name}") for name in (mine, table))
        self.found[f"{program}: sessions"] = f"{other:,}, ours {total:,}"
        if abs(total - other) > MAX_DIFFERENT_SHARE * total:
            raise DifferentError(f"{program}: {other:,} sessions, ours {total:,}")
        customers = self.number("select count(*) from published.dim_customers")
        queries = [SESSIONS.format(name) for name in (mine, table)]
        self.equal(f"{program}: sessions of a customer", customers, *queries)

    def with_library(self, library: str, results: Path) -> None:
        """The results of pandas or polars."""
        rfm = f"select customer_id, {SCORES}, segment from '{results / f'{library}_rfm.parquet'}'"
        ours = f"select customer_id, {SCORES}, rfm_segment from published.dim_customers"
        buyers = self.number(f"select count(*) from ({ours} where r_score is not null)")
        what = f"{library}: RFM scores and segment"
        self.equal(what, buyers, rfm, f"{ours} where r_score is not null")
        self.sessions(library, f"'{results / f'{library}_sessions.parquet'}'")
        labels = pd.DataFrame(
            self.connection.execute(
                f"""
                select theirs.cluster as theirs, scores.cluster as ours
                from '{results / f"{library}_clusters.parquet"}' as theirs
                full join {MODELS}.int_cluster_scores as scores using (customer_id)
                """
            )
            .fetch_arrow_table()
            .to_pandas()
        )
        missing = int(labels.isna().any(axis=1).sum())
        if missing > MAX_DIFFERENT_SHARE * len(labels):
            raise DifferentError(
                f"{library}: {missing:,} of {len(labels):,} buyers in one of the two only"
            )
        both = labels.dropna()
        index = adjusted_rand_score(both["ours"], both["theirs"])
        counts = f"{both['theirs'].nunique()} clusters, ours {both['ours'].nunique()}"
        self.found[f"{library}: clusters"] = (
            f"{len(both):,} buyers, {counts}, adjusted Rand index {index:.2f}"
        )

    def export(self, inputs: Path) -> None:
        """Writes what the programs of pandas and polars are given (with_pandas.py)."""
        inputs.mkdir(parents=True, exist_ok=True)
        features = [
            row[0]
            for row in self.connection.execute(
                "select distinct feature from published.cluster_features order by 1"
            ).fetchall()
        ]
        for name, query in {
            "identifiers": "select identifier_type as kind, identifier as key, customer_id "
            f"from {MODELS}.int_customer_identifiers",
            "erased": "select kind, key from hand_work.erased_keys",
            "people": "select customer_id, is_profiled from published.dim_customers",
            "features": f"select customer_id, {', '.join(features)} "
            f"from {MODELS}.customer_features where lifetime_orders > 0 order by customer_id",
        }.items():
            self.connection.execute(f"copy ({query}) to '{inputs / name}.parquet'")

    def sizes(self) -> dict[str, dict[str, str]]:
        """Published tables and rows of both programs."""
        sizes: dict[str, dict[str, str]] = {}
        for program, databases in {
            "ours": ["published", "cards"],
            "hand_written": ["hand"],
        }.items():
            names = ", ".join(f"'{name}'" for name in databases)
            tables = self.connection.execute(
                "select database_name, schema_name, table_name from duckdb_tables() "
                f"where database_name in ({names})"
            ).fetchall()
            rows = sum(self.number(f'select count(*) from {a}."{b}"."{c}"') for a, b, c in tables)
            sizes[program] = {"published_tables": str(len(tables)), "published_rows": str(rows)}
        return sizes
