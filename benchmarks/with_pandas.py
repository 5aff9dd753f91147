"""RFM, web sessions and clusters with pandas and scikit-learn, as a notebook has them.

python with_pandas.py rfm|sessions|clusters <landing> <inputs> <result.parquet>

Inputs are results of our build, so that the programs work on the same people. They are identifiers
(the customer of each key), erased (keys of erased people), people (whether a customer may be
profiled) and features (of buyers).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from clusters import fit
from definitions import DAY_ENDS, MAX_SESSION_DAYS, MAX_SESSION_EVENTS, SEEDS, SESSION_GAP

KEYS = ["contact_id", "email", "phone", "visitor_id"]
KINDS = {"contact_id": "contact", "email": "email", "phone": "phone", "visitor_id": "visitor"}


def cents(amounts: pd.Series) -> pd.Series:
    """Decimals as whole cents."""
    return (amounts.astype("float64") * 100).round().astype("Int64")


def converted(amounts: pd.Series, rate: pd.Series) -> pd.Series:
    """Cents in euros; the rate is in hundred-millionths."""
    return (amounts.astype("int64") * rate + 50_000_000) // 100_000_000


def clean_keys(table: pd.DataFrame) -> pd.DataFrame:
    """Addresses in lower case, telephone numbers as + and digits."""
    if "email" in table:
        email = table["email"].str.strip().str.lower()
        table["email"] = email.where(email.str.contains(r"^[^@ ]+@[^@ ]+\.[a-z]{2,}$", na=False))
    if "phone" in table:
        digits = (
            table["phone"].str.replace("(0)", "", regex=False).str.replace(r"\D", "", regex=True)
        )
        digits = digits.str.replace("^00", "", regex=True)
        table["phone"] = ("+" + digits).where(digits.str.len().between(7, 15))
    return table


def without_erased(table: pd.DataFrame, inputs: Path) -> pd.DataFrame:
    """Rows that name no erased person."""
    erased = pd.read_parquet(inputs / "erased.parquet")
    names_erased = pd.Series(False, table.index)
    for column in [key for key in KEYS if key in table]:
        names_erased |= table[column].isin(erased.loc[erased["kind"] == KINDS[column], "key"])
    if "account_id" not in table:
        return table[~names_erased]
    table.loc[names_erased, KEYS] = None
    return table[~names_erased | table["account_id"].notna()]


def customers_of(inputs: Path, kind: str) -> pd.Series:
    """Customer by key of one kind."""
    identifiers = pd.read_parquet(inputs / "identifiers.parquet")
    return identifiers[identifiers["kind"] == kind].set_index("key")["customer_id"]


def rfm(landing: Path, inputs: Path) -> pd.DataFrame:
    """Scores and segment of each buyer of the last year."""
    end = pd.Timestamp(DAY_ENDS)
    lines = pd.read_parquet(landing / "order_lines.parquet").drop_duplicates()
    lines["quantity"] = pd.to_numeric(lines["quantity"], errors="coerce")
    lines = lines.dropna(subset=["order_line_id", "order_id", "quantity"])
    lines["discount"] = cents(lines["discount_amount"]).fillna(0)
    amount = lines["quantity"] * lines["unit_price"].astype("float64") * 100
    lines = lines[
        (lines["discount"] >= 0)
        & (lines["discount"] <= amount.clip(lower=0) + 1 + 0.01 * lines["quantity"].abs())
    ]
    lines_discount = lines.groupby("order_id")["discount"].sum()

    orders = pd.read_parquet(landing / "orders.parquet")
    orders["ordered_at"] = pd.to_datetime(orders["ordered_at"], errors="coerce")
    orders = orders[(orders["ordered_at"] < end) & orders["order_id"].notna()]
    orders["is_known"] = orders["updated_at"] < end
    orders = orders.sort_values(["is_known", "updated_at"], ascending=False)
    orders = orders.drop_duplicates("order_id")
    orders = without_erased(clean_keys(orders), inputs)

    rates = pd.read_parquet(landing / "exchange_rates.parquet")
    rates["rate"] = (pd.to_numeric(rates["rate"], errors="coerce") * 1e8).round()
    rates = rates[(rates["to_currency"] == "EUR") & (rates["rate"] > 0)]
    rates["rate_date"] = pd.to_datetime(rates["rate_date"]).astype(orders["ordered_at"].dtype)
    orders = pd.merge_asof(
        orders.sort_values("ordered_at"),
        rates.sort_values("rate_date")[["rate_date", "from_currency", "rate"]],
        left_on="ordered_at",
        right_on="rate_date",
        left_by="currency",
        right_by="from_currency",
    )
    first_rates = rates.sort_values("rate_date").groupby("from_currency")["rate"].first()
    orders["rate"] = orders["rate"].fillna(orders["currency"].map(first_rates))
    orders.loc[orders["currency"] == "EUR", "rate"] = 1e8
    orders = orders.dropna(subset=["rate"])
    rate = orders["rate"].astype("int64")

    refunds = pd.read_parquet(landing / "refunds.parquet").drop_duplicates()
    refunds = refunds[refunds["refund_id"].notna() & (refunds["refunded_at"] < end)]
    refund = cents(refunds["amount"]).groupby(refunds["order_id"]).sum()
    gross = cents(orders["gross_amount"])
    own_discount = cents(orders["discount_amount"]).fillna(0)
    of_lines = orders["order_id"].map(lines_discount).fillna(0)
    discount = of_lines + own_discount.where(own_discount != of_lines, 0)
    refunded = orders["order_id"].map(refund).fillna(0)
    net = converted(gross, rate) - converted(discount, rate) - converted(refunded, rate)
    is_returned = (refunded > 0) & (refunded >= gross - discount)
    is_purchase = (
        orders["status"].fillna("placed").isin(["placed", "paid", "fulfilled"])
        & ~orders["is_test"].fillna(False).astype(bool)
        & ~is_returned.astype(bool)
        & (net >= 1)
    )

    customer = pd.Series(None, orders.index, dtype="object")
    for column in KEYS:
        customer = customer.fillna(orders[column].map(customers_of(inputs, KINDS[column])))
    of_companies = orders["account_id"].map(customers_of(inputs, "account"))
    orders["customer_id"] = customer.where(orders["account_id"].isna(), of_companies)
    orders["net"] = net
    purchases = orders[is_purchase.astype(bool) & orders["customer_id"].notna()]

    last_day = end.normalize() - pd.Timedelta(days=1)
    purchases = purchases.assign(
        days_ago=(last_day - purchases["ordered_at"].dt.normalize()).dt.days
    )
    first = purchases.groupby("customer_id")["ordered_at"].min()
    window = purchases[purchases["days_ago"] < 365].groupby("customer_id")
    buyers = pd.DataFrame(
        {
            "recency": window["days_ago"].min(),
            "frequency": window.size(),
            "monetary": window["net"].sum(),
        }
    )
    people = pd.read_parquet(inputs / "people.parquet").set_index("customer_id")["is_profiled"]
    buyers = buyers[buyers.index.isin(people[people].index)]

    def ranks(merit: pd.Series, parts: int, ties: Literal["min", "average"]) -> pd.Series:
        twice_below = (2 * merit.rank(method=ties)).astype("int64") - 2
        return (parts * twice_below // (2 * (len(merit) - 1))).clip(upper=parts - 1)

    buyers["r_score"] = 1 + ranks(-buyers["recency"], 5, "average")
    repeat = buyers.loc[buyers["frequency"] > 1, "frequency"]
    buyers["f_score"] = (
        (2 + ranks(repeat, 4, "min")).reindex(buyers.index).fillna(1).astype("int64")
    )
    buyers["m_score"] = 1 + ranks(buyers["monetary"].astype("int64"), 5, "average")
    buyers["fm_score"] = (buyers["f_score"] + buyers["m_score"] + 1) // 2
    segments = pd.read_csv(SEEDS / "business" / "rfm_segment_map.csv")
    scored = buyers.reset_index().merge(
        segments[["r_score", "fm_score", "segment", "segment_if_not_new"]],
        on=["r_score", "fm_score"],
    )
    is_new = (last_day - scored["customer_id"].map(first).dt.normalize()).dt.days <= 60
    scored["segment"] = scored["segment"].where(
        is_new, scored["segment_if_not_new"].fillna(scored["segment"])
    )
    return scored[["customer_id", "r_score", "f_score", "m_score", "segment"]]


def sessions(landing: Path, inputs: Path) -> pd.DataFrame:
    """Sessions with their customer."""
    columns = ["event_id", "occurred_at", "event_type", "visitor_id", "session_id", "contact_id"]
    events = pd.read_parquet(landing / "events.parquet", columns=[*columns, "email", "user_agent"])
    events = events[events["event_id"].notna() & (events["occurred_at"] < pd.Timestamp(DAY_ENDS))]
    events = events.drop_duplicates("event_id")
    events = without_erased(clean_keys(events), inputs)
    patterns = pd.read_csv(SEEDS / "reference" / "bot_user_agents.csv")["pattern"]
    agents = pd.Series(events["user_agent"].dropna().unique())
    bots = agents[[any(word in agent.lower() for word in patterns) for agent in agents]]
    events = events[~events["user_agent"].isin(bots)]

    events["visitor_key"] = ("visitor|" + events["visitor_id"]).fillna(
        ("session|" + events["session_id"])
        .fillna("contact|" + events["contact_id"])
        .fillna("email|" + events["email"])
        .fillna("event|" + events["event_id"])
    )
    events["tracked"] = events["session_id"].fillna("")
    events = events.sort_values(["visitor_key", "tracked", "occurred_at", "event_id"])
    visits = events.groupby(["visitor_key", "tracked"], sort=False)
    gap = visits["occurred_at"].diff()
    begins = gap.isna() | ((events["tracked"] == "") & (gap > SESSION_GAP))
    started_at = events["occurred_at"].where(begins).ffill()
    age = (events["occurred_at"] - started_at).dt.total_seconds()
    events["started_at"] = started_at
    events["part"] = (np.maximum(age - 1e-6, 0) // (MAX_SESSION_DAYS * 86400)).astype("int64")
    key = ["visitor_key", "tracked", "started_at", "part"]
    events["session_no"] = events.groupby(key, sort=False).ngroup()
    size = events.groupby("session_no")["event_id"].transform("size")
    events = events[size <= MAX_SESSION_EVENTS]

    events["by_contact"] = events["contact_id"].map(customers_of(inputs, "contact"))
    events["by_email"] = events["email"].map(customers_of(inputs, "email"))
    totals = events.groupby("session_no").agg(
        visitor_key=("visitor_key", "first"),
        started_at=("occurred_at", "min"),
        ended_at=("occurred_at", "max"),
        events=("event_id", "size"),
        contact=("by_contact", "min"),
        last_contact=("by_contact", "max"),
        address=("by_email", "min"),
        last_address=("by_email", "max"),
    )
    by_contact = totals["contact"].where(totals["contact"] == totals["last_contact"])
    by_address = totals["address"].where(
        totals["contact"].isna() & (totals["address"] == totals["last_address"])
    )
    by_device = (
        totals["visitor_key"].str.removeprefix("visitor|").map(customers_of(inputs, "visitor"))
    )
    totals["customer_id"] = by_contact.fillna(by_address).fillna(by_device)
    return totals[["customer_id", "started_at", "ended_at", "events"]]


def clusters(landing: Path, inputs: Path) -> pd.DataFrame:
    """The cluster of each buyer, by k-means."""
    features = pd.read_parquet(inputs / "features.parquet").set_index("customer_id").astype(float)
    logs = features.clip(lower=0).apply(np.log1p)
    standardised = ((logs - logs.mean()) / logs.std(ddof=0)).fillna(0)
    return pd.DataFrame({"customer_id": features.index, "cluster": fit(standardised.to_numpy())})


if __name__ == "__main__":
    topic, landing, inputs, result = sys.argv[1:]
    programs = {"rfm": rfm, "sessions": sessions, "clusters": clusters}
    programs[topic](Path(landing), Path(inputs)).to_parquet(result)
