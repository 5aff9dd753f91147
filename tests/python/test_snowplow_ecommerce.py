"""The adapter snowplow_ecommerce, compared with the expected tables of Snowplow's dbt package.

The seed of that package's integration tests is not part of the project. It is read from
SEGMENTS_SHARED_DATA, or from beside the repository. docs/snowplow_differences.md lists every
difference with its reason; the tests assert that there are no others.
"""

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from duckdb import DuckDBPyConnection as Connection
from project import SHARED_DATA, Project, needs_data, passed_unit_tests

SEED = SHARED_DATA / "snowplow_ecommerce_seed"
EXPECTED_TABLES = ("cart", "checkout", "product", "transaction")

pytestmark = [
    pytest.mark.end_to_end,
    pytest.mark.other_build,
    needs_data("Snowplow's e-commerce seed", SEED),
]

# Expected columns begin with "their"; text with an offset becomes a time in UTC.
PREPARE = """
    create macro utc(text) as cast(cast(text as timestamptz) as timestamp);

    -- What the adapter makes several rows of is one event of the tracker: ids have 36 characters.
    create table event as
    select
        left(event_id, 36) as event_id, any_value(event_type) as event_type,
        any_value(occurred_at) as occurred_at, any_value(session_id) as session_id,
        any_value(visitor_id) as visitor_id, any_value(contact_id) as contact_id,
        any_value(email) as email, any_value(page_type) as page_type, any_value(cart_id) as cart_id,
        any_value(checkout_step) as checkout_step, any_value(order_id) as order_id,
        count(product_id) as products
    from (from warehouse.segments_staging.stg_web__events where excluded_as is null)
    group by left(event_id, 36);

    create table cart as
    select
        *, event_type = 'add_to_cart' and coalesce(cart_id = event_id, false) as is_created,
        event_type = 'remove_from_cart'
        and sum(
            case event_type
                when 'add_to_cart' then products when 'remove_from_cart' then -products
            end
        ) over (partition by coalesce(cart_id, session_id) order by occurred_at, event_id)
        <= 0 as is_emptied,
        event_type = 'purchase' as is_transacted
    from event
    where event_type in ('add_to_cart', 'remove_from_cart', 'purchase');

    create table checkout as
    select
        event.*,
        event_id = first_value(event_id) over (
            partition by session_id order by occurred_at, event_id
        ) as is_first_of_session
    from event;
    delete from checkout where event_type not in ('checkout_step', 'purchase');

    create table transaction as
    select
        event.event_id, event.session_id, event.visitor_id, event.contact_id as event_contact_id,
        orders.*, lines.line_count, lines.units
    from (from warehouse.segments_staging.stg_shop__orders where excluded_as is null) as orders
    inner join event on orders.order_id = event.order_id
    left join
        (
            select order_id, count(*) as line_count, sum(quantity) as units
            from (from warehouse.segments_staging.stg_shop__order_lines where excluded_as is null)
            group by order_id
        ) as lines
        on orders.order_id = lines.order_id;

    -- What the web models make of it, with the session by the tracker.
    create table web_session as
    select sessions.*, keys.session_id
    from warehouse.segments_intermediate.int_web_sessions as sessions
    left join
        (
            select distinct web_events.session_key, event.session_id
            from warehouse.segments_intermediate.int_web_events as web_events
            inner join event on left(web_events.event_id, 36) = event.event_id
        ) as keys
        on sessions.session_key = keys.session_key;

    create table web_cart as
    select
        carts.*, coalesce(event.session_id, web_session.session_id) as session_id,
        event.event_id is not null as is_created
    from warehouse.segments_intermediate.int_web_carts as carts
    left join event on carts.cart_id = event.event_id
    left join web_session on carts.cart_id = web_session.session_key;
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    folder = tmp_path_factory.mktemp("snowplow_ecommerce")
    project = Project.copy_to(folder, unit_tests="models/landing/snowplow_ecommerce")
    landing = project.root / "landing"
    landing.mkdir()
    for file in SEED.glob("source__*.parquet"):
        (landing / file.name).symlink_to(file)
    # One order is in dollars; the rate does not matter here.
    (landing / "exchange_rates.csv").write_text(
        "rate_date,from_currency,to_currency,rate\n2022-10-01,USD,EUR,1\n"
    )
    models = ("snowplow_ecommerce__accounting", "int_web_carts", "int_web_sessions")
    project.build_models(variables(project), *models)
    return project


def variables(project: Project) -> dict[str, Any]:
    """The vars of the build, with the apps of the package's tests."""
    return {
        "landing": "snowplow_ecommerce",
        "landing_path": project.root / "landing",
        "reporting_currency": "EUR",
        "as_of_date": "2022-12-22",
        "snowplow_ecommerce_app_ids": ["ecom-accel", "DemoID"],
    }


@pytest.fixture(scope="module")
def tables(project: Project) -> Iterator[Connection]:
    """The expected tables of Snowplow (their_...) beside the tables of the adapter."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"attach '{project.warehouse}' as warehouse (read_only)")
        prefix = f"{SEED}/expected__snowplow_ecommerce"
        for name in EXPECTED_TABLES:
            connection.execute(
                f"create view their_{name} as from '{prefix}_{name}_interactions_expected.parquet'"
            )
        connection.execute(
            f"create view their_session as from '{prefix}_sessions_expected.parquet'"
        )
        connection.execute(
            f"create view raw_event as from '{SEED}/source__snowplow_ecommerce_events.parquet'"
        )
        connection.execute(PREPARE)
        yield connection


def differences(
    tables: Connection, joined: str, pairs: dict[str, tuple[str, str]]
) -> dict[str, int]:
    """The number of joined rows with different values, by column."""
    columns = ", ".join(
        f"count(*) filter (where {theirs} is distinct from {ours})"
        for theirs, ours in pairs.values()
    )
    row = tables.execute(f"select {columns} from {joined}").fetchone()
    assert row is not None
    return {name: count for name, count in zip(pairs, row, strict=True) if count}


def rows(tables: Connection, query: str) -> list[tuple[Any, ...]]:
    return tables.execute(query).fetchall()


def test_the_unit_tests_of_the_adapter_pass(project: Project) -> None:
    assert len(passed_unit_tests(project.printed.read_text())) == 12


def test_every_row_of_the_tracker_is_accounted_for(project: Project) -> None:
    accounts = project.warehouse_rows(
        "select line_kind, destination, line_count"
        " from segments_landing_adapters.snowplow_ecommerce__accounting"
    )
    assert {(kind, destination): count for kind, destination, count in accounts} == {
        ("event: product_view", "events: product_view"): 179,
        ("event: add_to_cart", "events: add_to_cart"): 38,
        ("event: remove_from_cart", "events: remove_from_cart"): 15,
        ("event: checkout_step", "events: checkout_step"): 38,
        ("event: transaction", "events: purchase"): 14,
        ("event: list_view", "events: page_ping"): 100,
        ("event: list_click", "events: page_ping"): 35,
        ("event: promo_view", "events: page_ping"): 1,
        ("event: promo_click", "events: page_ping"): 1,
        ("event: refund", "events: page_ping"): 1,
        ("event: unknown", "events: page_ping"): 410,
        ("event: any", "left out: another app"): 1,
        ("transaction: transaction", "orders"): 14,
        ("transaction: unknown", "left out: may be no purchase"): 14,
        ("product: product_view", "events, products"): 179,
        ("product: add_to_cart", "events, products"): 49,
        ("product: remove_from_cart", "events, products"): 15,
        ("product: transaction", "order_lines, products"): 17,
        ("product: list_view", "products"): 199,
        ("product: list_click", "products"): 35,
        ("product: refund", "products"): 1,
        ("product: unknown", "products"): 433,
        ("actions", "events"): 832,
        ("carts", "events"): 115,
        ("checkout_steps", "events"): 79,
        ("client_sessions", "events"): 10,
        ("pages", "events"): 157,
        ("users", "events"): 138,
    }


def test_every_cart_interaction_agrees(tables: Connection) -> None:
    joined = "their_cart as their full join cart using (event_id)"
    assert rows(tables, f"select count(*) from {joined}") == [(67,)]
    assert differences(
        tables,
        joined,
        {
            "session": ("their.domain_sessionid", "cart.session_id"),
            "visitor": ("their.domain_userid", "cart.visitor_id"),
            "time": ("utc(their.derived_tstamp)", "cart.occurred_at"),
            "action": (
                "their.ecommerce_action_type",
                "if(cart.event_type = 'purchase', 'transaction', cart.event_type)",
            ),
            "created": ("coalesce(lower(their.cart_created), 'false') = 'true'", "is_created"),
            "emptied": ("coalesce(lower(their.cart_emptied), 'false') = 'true'", "is_emptied"),
            "transacted": ("lower(their.cart_transacted) = 'true'", "is_transacted"),
            "user": ("their.ecommerce_user_id", "cart.contact_id"),
        },
    ) == {"emptied": 1, "user": 4}
    # The demo app removes the only item of the cart and reports 43.21 as the rest.
    assert tables.sql(f"""
        select their.app_id, their.ecommerce_action_type, their.cart_total_value, is_emptied
        from {joined}
        where (their.cart_emptied = 'True') <> is_emptied
    """).fetchall() == [("DemoID", "remove_from_cart", "43.21", True)]
    assert_that_user_differs_for_guests_only(tables, joined, "cart", 4)


def assert_that_user_differs_for_guests_only(
    tables: Connection, joined: str, ours: str, guests: int
) -> None:
    """The tracker also numbers guests; here their address identifies them."""
    users = f"{SEED}/source__com_snowplowanalytics_snowplow_ecommerce_user_1.parquet"
    found = tables.sql(f"""
        select count(*), count({ours}.email), count(contact_id), bool_and(users.is_guest = 'true')
        from {joined}
        left join '{users}' as users on their.event_id = users.root_id
        where their.ecommerce_user_id is distinct from contact_id
    """).fetchall()
    assert found == [(guests, guests, 0, True)]


def test_every_checkout_interaction_agrees(tables: Connection) -> None:
    joined = "their_checkout as their full join checkout using (event_id)"
    assert rows(tables, f"select count(*) from {joined}") == [(52,)]
    assert differences(
        tables,
        joined,
        {
            "session": ("their.domain_sessionid", "checkout.session_id"),
            "visitor": ("their.domain_userid", "checkout.visitor_id"),
            "time": ("utc(their.derived_tstamp)", "checkout.occurred_at"),
            "action": (
                "their.ecommerce_action_type",
                "if(checkout.event_type = 'purchase', 'transaction', checkout.event_type)",
            ),
            "succeeded": (
                "lower(their.checkout_succeeded) = 'true'",
                "checkout.event_type = 'purchase'",
            ),
            "entered here": (
                "lower(their.session_entered_at_step) = 'true'",
                "checkout.is_first_of_session",
            ),
            "email": ("their.ecommerce_user_email", "checkout.email"),
            "step": ("cast(their.checkout_step_number as int)", "checkout.checkout_step"),
            "page type": ("their.ecommerce_page_type", "checkout.page_type"),
            "account type": ("their.checkout_account_type", "null"),
            "user": ("their.ecommerce_user_id", "checkout.contact_id"),
        },
    ) == {"step": 14, "page type": 50, "account type": 19, "user": 6}
    assert tables.sql(f"""
        select their.ecommerce_action_type, their.checkout_step_number, checkout_step, count(*)
        from {joined}
        where their.checkout_step_number is distinct from cast(checkout_step as text) group by all
    """).fetchall() == [("transaction", "4", None, 14)]
    assert tables.sql(f"""
        select their.ecommerce_page_type, checkout.page_type, count(*)
        from {joined}
        where their.ecommerce_page_type is not null group by all order by all
    """).fetchall() == [
        ("checkout step 1", "checkout", 19),
        ("checkout step 2", "checkout", 18),
        ("order complete", None, 13),
    ]
    assert_that_user_differs_for_guests_only(tables, joined, "checkout", 6)


def test_every_transaction_interaction_agrees(tables: Connection) -> None:
    joined = "their_transaction as their full join transaction as ours using (event_id)"
    assert rows(tables, f"select count(*) from {joined}") == [(14,)]
    assert differences(
        tables,
        joined,
        {
            "session": ("their.domain_sessionid", "ours.session_id"),
            "visitor": ("their.domain_userid", "ours.visitor_id"),
            "time": ("utc(their.derived_tstamp)", "ours.ordered_at"),
            "order": ("their.transaction_id", "ours.order_id"),
            "currency": ("their.transaction_currency", "ours.currency"),
            "revenue": (
                "cast(their.transaction_revenue as decimal(18, 2))",
                "ours.gross_amount + coalesce(ours.shipping_amount, 0)"
                " + coalesce(ours.tax_amount, 0) - coalesce(ours.discount_amount, 0)",
            ),
            "shipping": (
                "cast(their.transaction_shipping as decimal(18, 2))",
                "ours.shipping_amount",
            ),
            "tax": ("cast(their.transaction_tax as decimal(18, 2))", "ours.tax_amount"),
            "discount": (
                "cast(their.transaction_discount_amount as decimal(18, 2))",
                "ours.discount_amount",
            ),
            "discount code": ("their.transaction_discount_code", "ours.coupon_code"),
            "products": ("cast(their.number_products as int)", "ours.line_count"),
            "email": ("their.ecommerce_user_email", "ours.email"),
            "quantity": ("cast(their.transaction_total_quantity as int)", "ours.units"),
            "payment method": ("their.transaction_payment_method", "ours.payment_method"),
            "user": ("their.ecommerce_user_id", "ours.contact_id"),
        },
    ) == {"quantity": 3, "payment method": 14, "user": 2}
    # Two products, but one unit in the tracker.
    assert tables.sql(f"""
        select their.transaction_total_quantity, their.number_products, units, count(*)
        from {joined}
        where cast(their.transaction_total_quantity as int) <> units group by all
    """).fetchall() == [("1", "2", 2, 3)]
    assert tables.sql(f"""
        select their.transaction_payment_method, ours.payment_method, count(*)
        from {joined} group by all order by all
    """).fetchall() == [
        ("BNPL", "instalments", 3),
        ("credit card", "card", 10),
        ("debit", "card", 1),
    ]
    assert_that_user_differs_for_guests_only(tables, joined, "ours", 2)


def test_every_product_interaction_of_a_known_kind_agrees(tables: Connection) -> None:
    """Rows have no key, so numbers of equal rows are compared."""
    theirs = """
        select
            event_id, ecommerce_action_type as action, utc(derived_tstamp) as happened_at,
            domain_sessionid as session_id, product_id,
            split_part(product_category, '/', 1) as category,
            cast(product_price as decimal(18, 4)) as price, count(*) as row_count
        from their_product
        where ecommerce_action_type in
            ('product_view', 'add_to_cart', 'remove_from_cart', 'transaction')
        group by all
    """
    ours = """
        select
            left(event_id, 36), event_type, occurred_at, session_id, events.product_id,
            events.category, unit_price, count(*)
        from (from warehouse.segments_staging.stg_web__events where excluded_as is null) as events
        where product_id is not null group by all
        union all
        select
            event.event_id, 'transaction', event.occurred_at, event.session_id, lines.product_id,
            products.category, lines.unit_price, count(*)
        from
            (from warehouse.segments_staging.stg_shop__order_lines where excluded_as is null)
            as lines
        inner join event on lines.order_id = event.order_id
        left join
            (from warehouse.segments_staging.stg_shop__products where excluded_as is null)
            as products
            on lines.product_id = products.product_id
        group by all
    """
    assert rows(tables, f"({theirs}) except ({ours})") == []
    assert rows(tables, f"({ours}) except ({theirs})") == []
    assert rows(tables, f"select sum(row_count) from ({theirs})") == [(260,)]


def test_other_product_interactions_are_not_in_the_contract(tables: Connection) -> None:
    assert tables.sql("""
        select ecommerce_action_type, count(*)
        from their_product
        where coalesce(ecommerce_action_type, 'unknown') not in
            ('product_view', 'add_to_cart', 'remove_from_cart', 'transaction')
        group by all order by all
    """).fetchall() == [("list_click", 35), ("list_view", 199), ("refund", 1), (None, 433)]


OUR_SESSIONS = """
    (
        select
            event.session_id, any_value(event.visitor_id) as visitor_id,
            min(event.occurred_at) as started_at, max(event.occurred_at) as ended_at,
            count(distinct event.cart_id) as cart_ids,
            count(*) filter (where cart.is_created) as created,
            count(*) filter (where cart.is_emptied) as emptied,
            count(*) filter (where cart.is_transacted) as transacted,
            min(event.occurred_at) filter (where cart.is_created) as first_created,
            max(event.occurred_at) filter (where cart.is_created) as last_created,
            min(event.occurred_at) filter (where cart.is_transacted) as first_transacted,
            max(event.occurred_at) filter (where cart.is_transacted) as last_transacted,
            bool_or(checkout.is_first_of_session) as is_entered_at_checkout,
            count(distinct event.checkout_step) + max(if(cart.is_transacted, 1, 0)) as steps,
            count(checkout.event_id) as step_visits,
            min(event.occurred_at) filter (where event.checkout_step = 1) as first_attempt,
            max(event.occurred_at) filter (where event.checkout_step = 1) as last_attempt,
            count(*) filter (where event.event_type = 'product_view') as views,
            min(event.occurred_at) filter (where event.event_type = 'product_view') as first_view,
            max(event.occurred_at) filter (where event.event_type = 'product_view') as last_view,
            count(*) filter (where event.event_type = 'add_to_cart') as adds,
            min(event.occurred_at) filter (where event.event_type = 'add_to_cart') as first_add,
            max(event.occurred_at) filter (where event.event_type = 'add_to_cart') as last_add,
            count(*) filter (where event.event_type = 'remove_from_cart') as removals,
            min(event.occurred_at) filter (
                where event.event_type = 'remove_from_cart'
            ) as first_removal,
            max(event.occurred_at) filter (
                where event.event_type = 'remove_from_cart'
            ) as last_removal,
            sum(
                transaction.gross_amount
                + coalesce(transaction.shipping_amount, 0)
                + coalesce(transaction.tax_amount, 0)
                - coalesce(transaction.discount_amount, 0)
            ) as revenue,
            sum(transaction.units) as units, sum(transaction.line_count) as line_count
        from event
        left join cart using (event_id)
        left join checkout using (event_id)
        left join transaction using (event_id)
        group by event.session_id
    )
"""


def test_every_session_agrees(tables: Connection) -> None:
    joined = f"""
        their_session as their
        full join {OUR_SESSIONS} as ours on their.domain_sessionid = ours.session_id
    """
    assert rows(tables, f"select count(*) from {joined}") == [(63,)]

    def count(column: str, ours: str) -> tuple[str, str]:
        """A count; Snowplow's is empty in a session without such events."""
        return f"coalesce(cast(their.{column} as int), 0)", f"coalesce(ours.{ours}, 0)"

    def time(column: str, ours: str) -> tuple[str, str]:
        return f"utc(their.{column})", f"ours.{ours}"

    def flag(column: str, ours: str) -> tuple[str, str]:
        return f"coalesce(lower(their.{column}) = 'true', false)", f"coalesce({ours}, false)"

    assert differences(
        tables,
        joined,
        {
            "session": ("their.domain_sessionid", "ours.session_id"),
            "visitor": ("their.domain_userid", "ours.visitor_id"),
            "start": time("start_tstamp", "started_at"),
            "end": time("end_tstamp", "ended_at"),
            "cart ids": count("number_unique_cart_ids", "cart_ids"),
            "carts created": count("number_carts_created", "created"),
            "carts emptied": count("number_carts_emptied", "emptied"),
            "carts transacted": count("number_carts_transacted", "transacted"),
            "first cart created": time("first_cart_created", "first_created"),
            "last cart created": time("last_cart_created", "last_created"),
            "first cart transacted": time("first_cart_transacted", "first_transacted"),
            "last cart transacted": time("last_cart_transacted", "last_transacted"),
            "cart abandoned": flag("session_cart_abandoned", "ours.created > ours.transacted"),
            "entered at checkout": flag(
                "session_entered_at_checkout", "ours.is_entered_at_checkout"
            ),
            "checkout steps": count("number_unique_checkout_steps_attempted", "steps"),
            "checkout visits": count("number_checkout_steps_visited", "step_visits"),
            "checkout succeeded": flag("checkout_succeeded", "ours.transacted > 0"),
            "first checkout": time("first_checkout_attempted", "first_attempt"),
            "last checkout": time("last_checkout_attempted", "last_attempt"),
            "first success": time("first_checkout_succeeded", "first_transacted"),
            "last success": time("last_checkout_succeeded", "last_transacted"),
            "views": count("number_product_views", "views"),
            "first view": time("first_product_view", "first_view"),
            "last view": time("last_product_view", "last_view"),
            "adds": count("number_add_to_carts", "adds"),
            "first add": time("first_product_add_to_cart", "first_add"),
            "last add": time("last_product_add_to_cart", "last_add"),
            "removals": count("number_remove_from_carts", "removals"),
            "first removal": time("first_product_remove_from_cart", "first_removal"),
            "last removal": time("last_product_remove_from_cart", "last_removal"),
            "product transactions": count("number_product_transactions", "transacted"),
            "first product transaction": time("first_product_transaction", "first_transacted"),
            "last product transaction": time("last_product_transaction", "last_transacted"),
            "transactions": count("total_number_transactions", "transacted"),
            "first transaction": time("first_transaction_completed", "first_transacted"),
            "last transaction": time("last_transaction_completed", "last_transacted"),
            "revenue": ("cast(their.total_transaction_revenue as decimal(18, 2))", "ours.revenue"),
            "products sold": count("total_transacted_products", "line_count"),
            "units sold": count("total_transaction_quantity", "units"),
        },
    ) == {
        "start": 63,
        "end": 63,
        "cart ids": 13,
        "carts emptied": 1,
        "views": 13,
        "first view": 3,
        "last view": 4,
        "units sold": 3,
    }


def test_a_session_lasts_as_its_events_and_not_their_arrival(tables: Connection) -> None:
    """Snowplow's sessions begin and end with the arrival of events."""
    arrivals = """
        select
            event.session_id, min(utc(raw_event.collector_tstamp)) as first_arrival,
            max(utc(raw_event.collector_tstamp)) as last_arrival,
            min(utc(raw_event.derived_tstamp)) as first_time,
            max(utc(raw_event.derived_tstamp)) as last_time
        from event
        inner join raw_event using (event_id)
        group by event.session_id
    """
    joined = f"""
        their_session as their
        inner join ({arrivals}) as arrivals on their.domain_sessionid = arrivals.session_id
        inner join {OUR_SESSIONS} as ours on their.domain_sessionid = ours.session_id
    """
    assert not differences(
        tables,
        joined,
        {
            "their start": ("utc(their.start_tstamp)", "first_arrival"),
            "their end": ("utc(their.end_tstamp)", "last_arrival"),
            "our start": ("first_time", "ours.started_at"),
            "our end": ("last_time", "ours.ended_at"),
        },
    )
    assert rows(tables, f"select count(*) from {joined}") == [(63,)]


def test_snowplow_counts_lists_as_product_views(tables: Connection) -> None:
    views = """
        select
            domain_sessionid as session_id, count(distinct event_id) as views,
            min(utc(derived_tstamp)) as first_view, max(utc(derived_tstamp)) as last_view
        from their_product
        where ecommerce_action_type in ({}) group by domain_sessionid
    """
    both = views.format("'product_view', 'list_view'")
    joined = f"""
        their_session as their
        left join ({both}) as theirs on their.domain_sessionid = theirs.session_id
        left join ({views.format("'product_view'")}) as of_products using (session_id)
        left join {OUR_SESSIONS} as ours on their.domain_sessionid = ours.session_id
    """
    assert not differences(
        tables,
        joined,
        {
            "theirs": ("cast(their.number_product_views as int)", "coalesce(theirs.views, 0)"),
            "ours": ("coalesce(of_products.views, 0)", "ours.views"),
            "our first": ("of_products.first_view", "ours.first_view"),
            "our last": ("of_products.last_view", "ours.last_view"),
        },
    )


def test_the_cart_ids_are_ours(tables: Connection) -> None:
    """The tracker has no cart ids; the number of carts per session is the same."""
    assert rows(tables, "select count(cart_id) from their_cart") == [(0,)]
    assert rows(tables, f"select count(*) from {OUR_SESSIONS} where cart_ids <> created") == [(0,)]


WEB_SESSIONS = f"""
    their_session as their
    full join web_session as ours on their.domain_sessionid = ours.session_id
    left join
        (
            select
                session_id, count(*) as carts, count(*) filter (where is_created) as created,
                count(*) filter (where cart_state = 'emptied') as emptied,
                count(own_purchased_at) as transacted,
                count(*) filter (where cart_state in ('converted', 'recovered')) as bought,
                count(*) filter (where cart_state = 'abandoned') as abandoned,
                min(checkout_started_at) as checkout_started_at
            from web_cart group by session_id
        ) as carts
        on ours.session_id = carts.session_id
    left join {OUR_SESSIONS} as shaped on ours.session_id = shaped.session_id
    left join
        (
            select
                domain_sessionid as session_id, max(cast(checkout_step_number as int)) as furthest,
                min(utc(derived_tstamp)) as started_at
            from their_checkout
            where ecommerce_action_type = 'checkout_step' group by domain_sessionid
        ) as their_steps
        on their.domain_sessionid = their_steps.session_id
"""


def test_every_session_of_the_web_models_agrees(tables: Connection) -> None:
    assert rows(tables, f"select count(*) from {WEB_SESSIONS}") == [(63,)]

    def count(column: str, ours: str) -> tuple[str, str]:
        return f"coalesce(cast(their.{column} as int), 0)", f"coalesce({ours}, 0)"

    assert differences(
        tables,
        WEB_SESSIONS,
        {
            "session": ("their.domain_sessionid", "ours.session_id"),
            "visitor": ("'visitor|' || their.domain_userid", "ours.visitor_key"),
            "start": ("utc(their.start_tstamp)", "ours.started_at"),
            "end": ("utc(their.end_tstamp)", "ours.ended_at"),
            "start as it happened": ("shaped.started_at", "ours.started_at"),
            "end as it happened": ("shaped.ended_at", "ours.ended_at"),
            "views": count("number_product_views", "ours.product_views"),
            "views of products": ("shaped.views", "ours.product_views"),
            "adds": count("number_add_to_carts", "ours.adds"),
            "removals": count("number_remove_from_carts", "ours.removes"),
            "checkout visits": count(
                "number_checkout_steps_visited", "ours.checkout_events + ours.purchases"
            ),
            "checkout reached": (
                "their.number_unique_checkout_steps_attempted is not null",
                "ours.checkout_events > 0",
            ),
            "furthest step": ("their_steps.furthest", "ours.checkout_step"),
            "transactions": count("total_number_transactions", "ours.purchases"),
            "first transaction": ("utc(their.first_transaction_completed)", "ours.purchased_at"),
        },
    ) == {"start": 63, "end": 63, "views": 13, "adds": 8}
    # Two products added at once are two adds.
    assert rows(
        tables, f"select sum(cast(number_add_to_carts as int)), sum(ours.adds) from {WEB_SESSIONS}"
    ) == [(38, 49)]
    assert rows(tables, "select sum(products) from event where event_type = 'add_to_cart'") == [
        (49,)
    ]


def test_every_cart_of_the_web_models_agrees(tables: Connection) -> None:
    assert rows(tables, "select count(*), count(session_id) from web_cart") == [(38, 38)]

    def count(column: str, ours: str) -> tuple[str, str]:
        return f"coalesce(cast(their.{column} as int), 0)", f"coalesce(carts.{ours}, 0)"

    is_abandoned = "coalesce(lower(their.session_cart_abandoned) = 'true', false)"
    assert differences(
        tables,
        WEB_SESSIONS,
        {
            "created": count("number_carts_created", "created"),
            "carts": count("number_carts_created", "carts"),
            "emptied": count("number_carts_emptied", "emptied"),
            "transacted": count("number_carts_transacted", "transacted"),
            "bought": count("number_carts_transacted", "bought"),
            "abandoned": (is_abandoned, "coalesce(carts.abandoned, 0) > 0"),
            "checkout": ("their_steps.started_at", "carts.checkout_started_at"),
        },
    ) == {"carts": 2, "emptied": 1, "bought": 3, "abandoned": 5}
    # Carts that only one side counts as abandoned or as bought.
    assert tables.sql(f"""
        select
            {is_abandoned} as is_theirs, their.number_carts_emptied, their.number_carts_transacted,
            carts.carts, carts.emptied, carts.bought, carts.abandoned
        from {WEB_SESSIONS}
        where
            is_theirs <> (carts.abandoned > 0)
            or carts.bought <> cast(their.number_carts_transacted as int)
        order by utc(their.start_tstamp)
    """).fetchall() == [
        (False, "0", "0", 1, 0, 0, 1),
        (True, "1", "0", 1, 1, 0, 0),
        (True, "1", "0", 1, 1, 0, 0),
        (True, "3", "1", 8, 3, 5, 0),
        (True, "0", "1", 3, 0, 2, 1),
        (True, "1", "3", 5, 1, 4, 0),
    ]
    # A cart without a known beginning has the id of its session. A removal without an earlier
    # addition does not empty a cart.
    assert tables.sql(f"""
        select their.app_id, carts.carts, carts.created, ours.adds, ours.removes, ours.purchases
        from {WEB_SESSIONS}
        where coalesce(carts.created, 0) <> coalesce(carts.carts, 0) or ours.adds < ours.removes
        order by ours.started_at
    """).fetchall() == [
        ("ecom-accel", 1, 0, 2, 0, 0),
        ("ecom-accel", None, None, 0, 1, 0),
        ("DemoID", 1, 0, 1, 1, 1),
    ]
    # The other carts were bought by the next order of the person, within an hour.
    assert tables.sql("""
        select count(*), bool_and(purchased_at - last_changed_at < interval 1 hour)
        from web_cart
        where cart_state = 'converted' and own_purchased_at is null
    """).fetchall() == [(6, True)]


def test_a_session_belongs_to_the_customer_of_its_user(tables: Connection) -> None:
    """Snowplow has visitors; here visitors with the same user or address are one customer."""
    assert tables.sql("""
        select count(distinct visitor_key), count(distinct customer_id), count(customer_id)
        from web_session
    """).fetchall() == [(60, 44, 63)]
    assert tables.sql("""
        with customers as (
            select
                web_session.customer_id, count(distinct web_session.visitor_key) as visitors,
                count(distinct web_session.session_id) as sessions,
                count(distinct event.contact_id) as contacts, count(distinct event.email) as emails,
                count(distinct web_session.session_id) filter (
                    where event.contact_id is not null or event.email is not null
                ) as sessions_that_say_who
            from web_session
            inner join event using (session_id)
            group by web_session.customer_id
        )
        select * exclude (customer_id), count(*)
        from customers
        where visitors > 1 or contacts > 0 or emails > 0 group by all order by visitors
    """).fetchall() == [(1, 1, 1, 0, 1, 1), (17, 18, 1, 1, 17, 1)]
