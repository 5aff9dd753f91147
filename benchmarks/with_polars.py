"""RFM, web sessions and clusters with polars and scikit-learn; arguments as for with_pandas.py."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import polars as pl
from clusters import fit
from definitions import DAY_ENDS, MAX_SESSION_DAYS, MAX_SESSION_EVENTS, SEEDS, SESSION_GAP

END = pl.lit(DAY_ENDS).str.to_datetime()
KINDS = {"contact_id": "contact", "email": "email", "phone": "phone", "visitor_id": "visitor"}


def clean_email() -> pl.Expr:
    """Addresses in lower case."""
    email = pl.col("email").str.strip_chars(" ").str.to_lowercase()
    return pl.when(email.str.contains(r"^[^@ ]+@[^@ ]+\.[a-z]{2,}$")).then(email).alias("email")


def clean_phone() -> pl.Expr:
    """Telephone numbers as + and digits."""
    digits = pl.col("phone").str.replace("(0)", "", literal=True).str.replace_all(r"\D", "")
    digits = digits.str.replace("^00", "")
    is_number = digits.str.len_chars().is_between(7, 15)
    return pl.when(is_number).then(pl.lit("+") + digits).alias("phone")


def without_erased(rows: pl.LazyFrame, inputs: Path, keys: list[str]) -> pl.LazyFrame:
    """Rows that name no erased person; an order of a company only loses the person."""
    erased = pl.read_parquet(inputs / "erased.parquet")
    names_erased = pl.any_horizontal(
        pl.col(column).is_in(erased.filter(kind=KINDS[column])["key"].to_list()) for column in keys
    ).fill_null(False)
    rows = rows.with_columns(names_erased.alias("is_erased"))
    if "account_id" not in rows.collect_schema().names():
        return rows.filter(~pl.col("is_erased"))
    kept = pl.col("account_id").is_not_null() | ~pl.col("is_erased")
    return rows.filter(kept).with_columns(
        pl.when(~pl.col("is_erased")).then(pl.col(column)).alias(column) for column in keys
    )


def with_customers(rows: pl.LazyFrame, inputs: Path, columns: dict[str, str]) -> pl.LazyFrame:
    """Adds <column>_customer for each key column."""
    identifiers = pl.scan_parquet(inputs / "identifiers.parquet")
    for column, kind in columns.items():
        customers = identifiers.filter(kind=kind).select(
            pl.col("key").alias(column), pl.col("customer_id").alias(f"{column}_customer")
        )
        rows = rows.join(customers, on=column, how="left")
    return rows


def cents(column: str) -> pl.Expr:
    """Decimals as whole cents."""
    return (pl.col(column).cast(pl.Float64) * 100).round().cast(pl.Int64)


def converted(column: str) -> pl.Expr:
    """Cents in euros; the rate is in hundred-millionths."""
    return (pl.col(column) * pl.col("rate") + 50_000_000) // 100_000_000


def rfm(landing: Path, inputs: Path) -> pl.DataFrame:
    """Scores and segment of each buyer of the last year."""
    quantity = pl.col("quantity").cast(pl.Float64, strict=False)
    amount = quantity * pl.col("unit_price").cast(pl.Float64) * 100
    lines_discount = (
        pl.scan_parquet(landing / "order_lines.parquet")
        .unique()
        .with_columns(cents("discount_amount").fill_null(0).alias("of_lines"))
        .filter(
            pl.col("order_line_id").is_not_null(),
            quantity.is_not_null(),
            pl.col("of_lines") >= 0,
            pl.col("of_lines") <= amount.clip(lower_bound=0) + 1 + 0.01 * quantity.abs(),
        )
        .group_by("order_id")
        .agg(pl.col("of_lines").sum())
    )
    refunds = (
        pl.scan_parquet(landing / "refunds.parquet")
        .unique()
        .filter(pl.col("refund_id").is_not_null(), pl.col("refunded_at") < END)
        .group_by("order_id")
        .agg(cents("amount").sum().alias("refund"))
    )
    rates = (
        pl.scan_parquet(landing / "exchange_rates.parquet")
        .with_columns(
            (pl.col("rate").cast(pl.Float64, strict=False) * 1e8).round().cast(pl.Int64),
            pl.col("rate_date").cast(pl.Datetime("us")),
        )
        .filter(pl.col("to_currency") == "EUR", pl.col("rate") > 0)
        .select("rate_date", pl.col("from_currency").alias("currency"), "rate")
        .sort("rate_date")
    )
    first_rates = rates.group_by("currency").agg(pl.col("rate").first().alias("first_rate"))
    orders = (
        pl.scan_parquet(landing / "orders.parquet")
        .with_columns(
            pl.col("ordered_at").str.to_datetime(strict=False, time_unit="us"),
            clean_email(),
            clean_phone(),
        )
        .filter(pl.col("ordered_at") < END, pl.col("order_id").is_not_null())
        .sort(pl.col("updated_at") < END, "updated_at", descending=True)
        .unique("order_id", keep="first")
    )
    orders = without_erased(orders, inputs, list(KINDS))
    orders = with_customers(orders, inputs, {**KINDS, "account_id": "account"})
    by_person = pl.coalesce(f"{column}_customer" for column in KINDS)
    purchases = (
        orders.sort("ordered_at")
        .join_asof(rates, left_on="ordered_at", right_on="rate_date", by="currency")
        .join(first_rates, on="currency", how="left")
        .join(lines_discount, on="order_id", how="left")
        .join(refunds, on="order_id", how="left")
        .with_columns(
            pl.when(pl.col("currency") == "EUR")
            .then(100_000_000)
            .otherwise(pl.coalesce("rate", "first_rate"))
            .alias("rate"),
            cents("gross_amount").alias("gross"),
            cents("discount_amount").fill_null(0).alias("own_discount"),
            pl.col("of_lines", "refund").fill_null(0),
            pl.when(pl.col("account_id").is_null())
            .then(by_person)
            .otherwise(pl.col("account_id_customer"))
            .alias("customer_id"),
        )
        .with_columns(
            discount=pl.col("of_lines")
            + pl.when(pl.col("own_discount") != pl.col("of_lines"))
            .then(pl.col("own_discount"))
            .otherwise(0)
        )
        .with_columns(net=converted("gross") - converted("discount") - converted("refund"))
        .filter(
            pl.col("status").fill_null("placed").is_in(["placed", "paid", "fulfilled"]),
            ~pl.col("is_test").fill_null(False),
            (pl.col("refund") == 0) | (pl.col("refund") < pl.col("gross") - pl.col("discount")),
            pl.col("net") >= 1,
            pl.col("customer_id").is_not_null(),
        )
        .with_columns(days_ago=(END.dt.date() - pl.col("ordered_at").dt.date()).dt.total_days() - 1)
    )
    in_window = pl.col("days_ago") < 365
    buyers = (
        purchases.group_by("customer_id")
        .agg(
            pl.col("days_ago").max().alias("tenure"),
            pl.col("days_ago").min().alias("recency"),
            in_window.sum().cast(pl.Int64).alias("frequency"),
            pl.col("net").filter(in_window).sum().alias("monetary"),
        )
        .filter(pl.col("frequency") > 0)
        .join(pl.scan_parquet(inputs / "people.parquet"), on="customer_id")
        .filter("is_profiled")
        .collect()
    )

    def ranks(merit: pl.Expr, parts: int, ties: Literal["min", "average"]) -> pl.Expr:
        twice_below = (2 * merit.rank(ties)).cast(pl.Int64) - 2
        last = 2 * (pl.len().cast(pl.Int64) - 1)
        return (parts * twice_below // last).clip(upper_bound=parts - 1)

    repeat = buyers.filter(pl.col("frequency") > 1).select(
        "customer_id", f_score=2 + ranks(pl.col("frequency"), 4, "min")
    )
    segments = pl.read_csv(SEEDS / "business" / "rfm_segment_map.csv").select(
        pl.col("r_score", "fm_score").cast(pl.Int64), "segment", "segment_if_not_new"
    )
    return (
        buyers.join(repeat, on="customer_id", how="left")
        .with_columns(
            pl.col("f_score").fill_null(1),
            r_score=1 + ranks(-pl.col("recency"), 5, "average"),
            m_score=1 + ranks(pl.col("monetary"), 5, "average"),
        )
        .with_columns(fm_score=(pl.col("f_score") + pl.col("m_score") + 1) // 2)
        .join(segments, on=["r_score", "fm_score"])
        .select(
            "customer_id",
            "r_score",
            "f_score",
            "m_score",
            pl.when(pl.col("tenure") <= 60)
            .then(pl.col("segment"))
            .otherwise(pl.coalesce("segment_if_not_new", "segment"))
            .alias("segment"),
        )
    )


def sessions(landing: Path, inputs: Path) -> pl.DataFrame:
    """Sessions with their customer."""
    events = (
        pl.scan_parquet(landing / "events.parquet")
        .select(
            "event_id",
            "occurred_at",
            "visitor_id",
            "session_id",
            "contact_id",
            "email",
            "user_agent",
        )
        .filter(pl.col("event_id").is_not_null(), pl.col("occurred_at") < END)
        .unique("event_id", keep="any")
        .with_columns(clean_email())
    )
    events = without_erased(events, inputs, ["contact_id", "email", "visitor_id"])
    patterns = pl.read_csv(SEEDS / "reference" / "bot_user_agents.csv")["pattern"].to_list()
    agents = events.select(pl.col("user_agent").unique().drop_nulls()).collect()["user_agent"]
    bots = [agent for agent in agents if any(word in agent.lower() for word in patterns)]
    visit = ["visitor_key", "session_id"]
    started = (
        events.filter(~pl.col("user_agent").is_in(bots).fill_null(False))
        .with_columns(
            visitor_key=pl.coalesce(
                pl.lit("visitor|") + pl.col("visitor_id"),
                pl.lit("session|") + pl.col("session_id"),
                pl.lit("contact|") + pl.col("contact_id"),
                pl.lit("email|") + pl.col("email"),
                pl.lit("event|") + pl.col("event_id"),
            )
        )
        .sort(*visit, "occurred_at", "event_id")
        .with_columns(gap=pl.col("occurred_at").diff().over(visit))
        .with_columns(
            started_at=pl.when(
                pl.col("gap").is_null()
                | (pl.col("session_id").is_null() & (pl.col("gap") > SESSION_GAP))
            )
            .then(pl.col("occurred_at"))
            .forward_fill()
        )
        .with_columns(
            part=((pl.col("occurred_at") - pl.col("started_at")).dt.total_microseconds() - 1).clip(
                lower_bound=0
            )
            // (MAX_SESSION_DAYS * 86_400_000_000)
        )
    )
    identified = with_customers(started, inputs, {"contact_id": "contact", "email": "email"})
    totals = (
        identified.group_by(*visit, "started_at", "part")
        .agg(
            pl.col("occurred_at").min().alias("first_at"),
            pl.col("occurred_at").max().alias("ended_at"),
            pl.len().alias("events"),
            pl.col("visitor_id").first(),
            pl.col("contact_id_customer").min().alias("contact"),
            pl.col("contact_id_customer").max().alias("last_contact"),
            pl.col("email_customer").min().alias("address"),
            pl.col("email_customer").max().alias("last_address"),
        )
        .filter(pl.col("events") <= MAX_SESSION_EVENTS)
    )
    by_contact = pl.when(pl.col("contact") == pl.col("last_contact")).then(pl.col("contact"))
    by_address = pl.when(
        pl.col("contact").is_null() & (pl.col("address") == pl.col("last_address"))
    ).then(pl.col("address"))
    return (
        with_customers(totals, inputs, {"visitor_id": "visitor"})
        .select(
            pl.coalesce(by_contact, by_address, "visitor_id_customer").alias("customer_id"),
            pl.col("first_at").alias("started_at"),
            "ended_at",
            "events",
        )
        .collect()
    )


def clusters(landing: Path, inputs: Path) -> pl.DataFrame:
    """The cluster of each buyer, by k-means."""
    features = pl.read_parquet(inputs / "features.parquet")
    numbers = pl.all().exclude("customer_id").cast(pl.Float64)
    logs = features.select(numbers.clip(lower_bound=0).log1p())
    scaled = logs.select(((pl.all() - pl.all().mean()) / pl.all().std(ddof=0)).fill_null(0))
    return features.select("customer_id").with_columns(cluster=fit(scaled.to_numpy()))


if __name__ == "__main__":
    topic, landing, inputs, result = sys.argv[1:]
    programs = {"rfm": rfm, "sessions": sessions, "clusters": clusters}
    programs[topic](Path(landing), Path(inputs)).write_parquet(result)
