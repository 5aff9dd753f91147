"""The generator of artificial landing tables, and the bundled sample."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import yaml  # type: ignore[import-untyped]
from duckdb import DuckDBPyConnection as Connection
from gates_data import column_types

from customer_segmentation.sample import Shape, generate

PROJECT = Path(__file__).parents[2]
BUNDLED = PROJECT / "seeds" / "sample"


@cache
def contract() -> dict[str, list[str]]:
    """Columns by landing table, in the order of the sources YAML."""
    return {table: list(types) for table, types in column_types().items()}


def bytes_of(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.fixture(scope="module")
def sample() -> Iterator[Connection]:
    """The bundled sample as text, with the clean orders in sold."""
    with duckdb.connect() as connection:
        for table in contract():
            connection.execute(
                f"create table {table} as select * from "
                f"read_csv('{BUNDLED}/sample_{table}.csv', header = true, all_varchar = true)"
            )
        connection.execute("""
            create table clean_lines as
            select distinct order_id, order_line_id, quantity, unit_price, discount_amount
            from order_lines
            where
                order_line_id not like '%B'
                and try_cast(quantity as double) is not null
                and cast(unit_price as double) >= 0;

            create table sold as
            select distinct on (order_id)
                order_id,
                -- the generator writes the person into the key of the order
                cast(substr(order_id, 2) as bigint) // 1000 as person_no,
                cast(ordered_at as timestamp) as ordered_at,
                cast(gross_amount as decimal(18, 2)) as gross_amount,
                cast(discount_amount as decimal(18, 2)) as discount_amount,
            from orders
            where
                order_id is not null
                and coalesce(status, 'placed') in ('placed', 'paid', 'fulfilled')
                and currency <> 'XXX'
                and is_test = 'false'
                and try_cast(ordered_at as timestamp) <= timestamp '2025-06-29 23:59:59'
            order by order_id, updated_at desc
        """)
        yield connection


def number(connection: Connection, query: str) -> float:
    row = connection.execute(query).fetchone()
    assert row is not None
    return float(row[0])


@pytest.mark.parametrize("threads", [1, 2])
def test_the_generator_writes_the_bundled_sample(tmp_path: Path, threads: int) -> None:
    generate(tmp_path, prefix="sample_", threads=threads)
    bundled = {path.name: path.read_bytes() for path in BUNDLED.glob("*.csv")}
    written = bytes_of(tmp_path)
    assert written.keys() == bundled.keys()
    assert [name for name in bundled if written[name] != bundled[name]] == []


def test_every_table_has_the_columns_of_the_contract() -> None:
    headers = {
        table: (BUNDLED / f"sample_{table}.csv").read_text(encoding="utf-8").splitlines()[0]
        for table in contract()
    }
    # test_manifest lists the columns of the contract that the sample lacks.
    assert headers == {
        table: ",".join(name for name in columns if name in headers[table].split(","))
        for table, columns in contract().items()
    }
    assert headers


def test_every_seed_is_described() -> None:
    described = yaml.safe_load((BUNDLED / "_sample__seeds.yml").read_text(encoding="utf-8"))
    assert {seed["name"] for seed in described["seeds"]} == {
        f"sample_{table}" for table in contract()
    }
    assert all(seed["description"].startswith("One row per ") for seed in described["seeds"])


def test_bundled_sample_stays_small_and_has_a_row_per_line(sample: Connection) -> None:
    sizes = {path.stem: path.stat().st_size for path in BUNDLED.glob("*.csv")}
    assert sum(sizes.values()) <= 3_000_000
    assert sizes["sample_events"] <= 1_200_000
    for table in contract():
        lines = (BUNDLED / f"sample_{table}.csv").read_bytes().count(b"\n")
        assert number(sample, f"select count(*) from {table}") == lines - 1


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """CSV of 300 customers."""
    directory = tmp_path_factory.mktemp("small")
    generate(directory, Shape(customers=300))
    return directory


def test_threads_do_not_change_a_byte_of_parquet(tmp_path: Path) -> None:
    for threads in (1, 2):
        generate(
            tmp_path / str(threads), Shape(customers=30), file_format="parquet", threads=threads
        )
    assert bytes_of(tmp_path / "1") == bytes_of(tmp_path / "2")


def test_another_seed_gives_other_data(small: Path, tmp_path: Path) -> None:
    generate(tmp_path, Shape(customers=300, seed=8))
    for table in ("customers", "orders", "events"):
        assert (tmp_path / f"{table}.csv").read_bytes() != (small / f"{table}.csv").read_bytes()


def test_twice_the_customers_give_about_twice_the_rows(small: Path, tmp_path: Path) -> None:
    once = {path.stem: path.read_bytes().count(b"\n") - 1 for path in small.iterdir()}
    twice = generate(tmp_path, Shape(customers=600))
    assert twice["customers"] / once["customers"] == pytest.approx(2, rel=0.05)
    for table in ("orders", "order_lines", "consents", "campaign_touches", "survey_responses"):
        assert twice[table] / once[table] == pytest.approx(2, rel=0.3), table
    # The number of bots is the same below 5,000 customers.
    assert 1.3 < twice["events"] / once["events"] < 2.3
    assert twice["products"] == once["products"]


@pytest.mark.parametrize(
    "shape",
    [{"customers": 0}, {"orders": 0.5}, {"visits": -1.0}],
    ids=lambda shape: next(iter(shape)),
)
def test_an_impossible_shape_is_refused(shape: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="expected customers >= 1"):
        Shape(**shape)  # type: ignore[arg-type]


def test_the_command_only_leaves_parquet_files(tmp_path: Path) -> None:
    landing = tmp_path / "landing"
    command = [sys.executable, "-m", "customer_segmentation.sample", "--customers=20"]
    command.append(f"--out={landing}")
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert {path.name for path in landing.iterdir()} == {f"{table}.parquet" for table in contract()}


def test_most_buyers_buy_once_and_some_often(sample: Connection) -> None:
    sample.execute(
        "create or replace temp table buyers as "
        "select person_no, count(*) as orders from sold group by person_no"
    )
    once = number(sample, "select avg(cast(orders = 1 as int)) from buyers")
    assert 0.6 <= once <= 0.8
    assert number(sample, "select max(orders) from buyers") >= 20


def test_sample_is_fit_for_quantile_scores(sample: Connection) -> None:
    recent = "ordered_at >= timestamp '2024-06-30'"
    assert number(sample, f"select count(distinct person_no) from sold where {recent}") >= 550
    assert (
        number(
            sample,
            f"select count(*) from (select person_no from sold where {recent} "
            "group by person_no having count(*) >= 3)",
        )
        >= 50
    )
    last_month = "ordered_at >= timestamp '2025-05-31'"
    assert number(sample, f"select count(*) from sold where {last_month}") >= 50


def test_orders_peak_before_christmas_and_rest_on_sundays(sample: Connection) -> None:
    december, july = (
        number(sample, f"select count(*) from sold where month(ordered_at) = {month}")
        for month in (12, 7)
    )
    sundays = number(sample, "select count(*) from sold where isodow(ordered_at) = 7")
    assert december > 1.4 * july
    assert sundays < number(sample, "select count(*) from sold") / 7


def test_gross_amount_is_the_sum_of_the_lines(sample: Connection) -> None:
    wrong = sample.execute("""
        select sold.order_id
        from sold
        left join clean_lines using (order_id)
        group by sold.order_id, sold.gross_amount
        having sold.gross_amount is distinct from round(sum(
            cast(clean_lines.quantity as decimal(18, 3))
            * cast(clean_lines.unit_price as decimal(18, 4))
        ), 2)
    """).fetchall()
    assert wrong == []


def test_no_refund_exceeds_its_order(sample: Connection) -> None:
    wrong = sample.execute("""
        with line_discounts as (
            select order_id, sum(cast(discount_amount as decimal(18, 2))) as line_discounts
            from clean_lines group by order_id
        ),

        given_back as (
            select order_id, sum(cast(amount as decimal(18, 2))) as given_back
            from (select distinct * from refunds where refund_id is not null) as distinct_refunds
            group by order_id
        )

        select order_id
        from sold
        inner join line_discounts using (order_id)
        left join given_back using (order_id)
        where gross_amount - discount_amount - line_discounts - coalesce(given_back, 0) < 0
    """).fetchall()
    assert wrong == []


def test_purchase_events_match_orders(sample: Connection) -> None:
    purchases = number(sample, "select count(*) from events where event_type = 'purchase'")
    matching = number(
        sample,
        """
        select count(distinct event_id)
        from events
        inner join orders using (order_id, visitor_id)
        where
            event_type = 'purchase'
            and (
                occurred_at = ordered_at
                or try_cast(ordered_at as timestamp) is null
                or ordered_at > '2025-07'
            )
        """,
    )
    assert purchases == matching >= 200


def test_nobody_in_the_sample_can_be_reached(sample: Connection) -> None:
    for table, columns in contract().items():
        if "email" in columns:
            reachable = sample.execute(
                f"select email from {table} where not regexp_matches("
                r"lower(trim(email)), '@(example\.(com|org|net)|[a-z0-9-]+\.example)$') "
                "and email <> 'not-an-address.example.com'"
            ).fetchall()
            assert reachable == [], table
    assert number(sample, "select count(*) from events where ip_address not like '%.0'") == 0


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("customers", "marital_status", "single married partnership divorced widowed"),
        ("customers", "home_ownership", "owned mortgaged rented"),
        ("customers", "vehicle", "none car motorcycle van bicycle"),
        ("customers", "education_level", "0 1 2 3 4 5 6 7 8"),
        ("customers", "left(occupation_code, 1)", "0 1 2 3 4 5 6 7 8 9"),
        ("consents", "purpose", "marketing analytics profiling survey service"),
        ("consents", "channel", "email phone sms letter push"),
        (
            "declared_preferences",
            "preference_type",
            "purchase_channel service_channel communication_style contact_hour interest avoidance",
        ),
        ("orders", "status", "placed paid fulfilled pending cancelled fraud"),
        ("orders", "currency", "EUR CHF GBP USD PLN SEK"),
        ("orders", "channel", "online store phone marketplace"),
        ("orders", "payment_method", "card invoice wallet transfer cash instalments"),
        ("orders", "purpose", "personal business gift"),
        (
            "events",
            "event_type",
            "page_view product_view search add_to_cart remove_from_cart checkout_step purchase "
            "login demo_request form_submit page_ping",
        ),
        ("events", "device_type", "desktop mobile tablet"),
        ("campaign_touches", "channel", "email sms phone letter push ad"),
        (
            "campaign_touches",
            "touch_type",
            "sent delivered opened clicked bounced unsubscribed redeemed",
        ),
        ("service_contacts", "channel", "in_person phone letter email chat social"),
        ("service_contacts", "reason", "delivery return complaint question technical billing"),
    ],
)
def test_every_value_occurs(sample: Connection, table: str, column: str, values: str) -> None:
    found = {row[0] for row in sample.execute(f"select distinct {column} from {table}").fetchall()}
    assert set(values.split()) <= found


def test_every_age_band_has_customers(sample: Connection) -> None:
    starts = [0, 13, 16, 18, 25, 35, 45, 55, 65, 75, 111]
    for youngest, next_band in pairwise(starts):
        assert number(
            sample,
            "select count(*) from customers where date_diff('day', cast(birth_date as date), "
            f"date '2025-06-29') / 365.25 between {youngest} and {next_band}",
        )


RARE = {
    "owner of an owner": "(select distinct account_id, parent_account_id from accounts) as owned "
    "inner join accounts as owners on owned.parent_account_id = owners.account_id "
    "where owners.parent_account_id <> owned.account_id",
    "companies that own one another": "(select distinct account_id, parent_account_id "
    "from accounts) as owned "
    "inner join accounts as owners on owned.parent_account_id = owners.account_id "
    "where owners.parent_account_id = owned.account_id",
    "two interests": "(select contact_id from declared_preferences "
    "where preference_type = 'interest' "
    "group by contact_id having count(distinct preference_value) > 1)",
    "a reason that the contract does not list": "service_contacts where reason = 'warranty'",
    "no reason": "service_contacts where reason is null",
    "a cart on the last day": "events where event_type = 'add_to_cart' "
    "and occurred_at between '2025-06-29' and '2025-06-30'",
}


@pytest.mark.parametrize("kind", RARE)
def test_rare_cases_occur(sample: Connection, kind: str) -> None:
    assert number(sample, f"select count(*) from {RARE[kind]}") >= 1


KEYS = {
    "customers": "contact_id",
    "orders": "order_id",
    "order_lines": "order_line_id",
    "events": "event_id",
    "campaign_touches": "touch_id",
    "service_contacts": "service_contact_id",
    "products": "product_id",
}
VERSIONED = ("customers", "orders", "products", "service_contacts")
COPIED = (
    *("customers", "leads", "consents", "declared_preferences", "orders", "order_lines", "refunds"),
    *("products", "exchange_rates", "events", "campaign_touches", "service_contacts"),
    "survey_responses",
)
DIRT = {
    **{f"{t}, no key": f"{t} where {KEYS[t]} is null" for t in KEYS if t != "products"},
    **{f"{t}, copies": f"(select * from {t} group by all having count(*) > 1)" for t in COPIED},
    **{
        f"{t}, older versions": f"(select {KEYS[t]} from {t} group by {KEYS[t]} "
        "having count(distinct updated_at) > 1)"
        for t in VERSIONED
    },
    "customers entered twice": "(select email from customers where email not like 'info@%' "
    "group by email having count(distinct contact_id) > 1)",
    "customers, shared mailboxes": "(select email from customers where email like 'info@%' "
    "group by email having count(*) > 3)",
    "customers, bad addresses": "customers where email not like '%@%'",
    "customers, padded addresses": "customers where email <> trim(email) and email <> lower(email)",
    "customers, other spellings of phone": "customers where phone not like '+%' "
    "or phone like '%/%'",
    "customers born in 1900": "customers where birth_date = '1900-01-01'",
    "customers born in 1970": "customers where birth_date = '1970-01-01'",
    "customers born in the future": "customers where birth_date > '2025-07-01'",
    "customers, broken income": "customers where annual_income = '12,5x'",
    "customers, country in words": "customers where length(country) > 2",
    "customers, test records": "customers where is_test = 'true'",
    "accounts, older versions": "(select account_id from accounts group by account_id "
    "having count(*) > 1)",
    "accounts, test records": "accounts where is_test = 'true'",
    "leads, broken dates": "leads where created_at = '31/31/2024'",
    "leads, country in words": "leads where length(country) > 2",
    "consents, unknown status": "consents where status = 'perhaps'",
    "preferences of no known type": "declared_preferences where preference_type = 'star_sign'",
    "orders, unknown currency": "orders where currency = 'XXX'",
    "orders in the future": "orders where try_cast(ordered_at as timestamp) > '2025-07-03'",
    "orders, broken dates": "orders where ordered_at = '31/31/2024'",
    "orders, country in words": "orders where length(billing_country) > 2",
    "orders, padded addresses": "orders where email <> trim(email)",
    "orders, test orders": "orders where is_test = 'true'",
    "lines, negative prices": "order_lines where unit_price like '-%'",
    "lines, broken quantities": "order_lines where quantity = '12,5x'",
    "lines without an order": "order_lines anti join orders using (order_id)",
    "refunds without an order": "refunds anti join orders using (order_id)",
    "products, broken prices": "products where list_price = '12,5x'",
    "rates, broken": "exchange_rates where rate = '12,5x'",
    "events in the future": "events where occurred_at > '2025-07'",
    "service contacts, scores out of range": "service_contacts where satisfaction_score = '9'",
    "answers out of range": "survey_responses where answer_number = '11.0'",
}


@pytest.mark.parametrize("kind", DIRT)
def test_every_kind_of_dirt_occurs_in_less_than_two_percent(sample: Connection, kind: str) -> None:
    table = next(name for name in sorted(contract(), key=len, reverse=True) if name in DIRT[kind])
    rows = number(sample, f"select count(*) from {DIRT[kind]}")
    assert 0 < rows < 0.02 * number(sample, f"select count(*) from {table}")


def test_bots_can_be_recognised(sample: Connection) -> None:
    by_name = "select count(*) from events where user_agent ilike '%bot%'"
    by_number = (
        "select max(events) from (select count(*) as events from events group by visitor_id)"
    )
    assert number(sample, by_name) == 30
    assert number(sample, by_number) == 1050
