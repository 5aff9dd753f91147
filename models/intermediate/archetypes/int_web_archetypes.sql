-- Archetypes of visits, each by the best evidence of a customer. Each condition is met to a degree
-- (macros fuzzy_at_least and fuzzy_at_most); the membership is the minimum.
--
-- indecisive: many views of few products of one category within indecisive_days, repeated views of
-- one product, and nothing put in a cart or bought.
--
-- impulsive: within one session several products in the cart, each soon after its first view, and
-- an order soon after the start of the session.
--
-- researcher: many product views over several sessions of one journey, then a purchase.
--
-- This is one file, because the three archetypes have one grain.
with
    category_windows as (select * from {{ ref("int_archetype_category_windows") }} where adds = 0),

    purchases as (select * from {{ ref("int_web_purchases") }} where customer_id is not null),

    sessions as (select * from {{ ref("int_web_session_outcomes") }}),

    as_of as (select * from {{ ref("as_of") }}),

    thresholds as (select * from {{ ref("archetype_thresholds") }}),

    purchase_days as (
        select distinct customer_id, cast(purchased_at as date) as purchase_date from purchases
    ),

    undecided_windows as (
        select
            category_windows.*,
            {{
                indecisive_membership(
                    "category_windows.product_views",
                    "category_windows.products",
                    "category_windows.views_of_product",
                )
            }} as membership
        from category_windows
        cross join thresholds
        where
            not exists (
                select 1
                from purchase_days
                where
                    purchase_days.customer_id = category_windows.customer_id
                    and purchase_days.purchase_date <= category_windows.last_date
                    and {{
                        dbt.datediff(
                            "purchase_days.purchase_date", "category_windows.last_date", "day"
                        )
                    }} < {{ var("indecisive_days") }}
            )
    ),

    quick_sessions as (
        select
            sessions.*,
            {{
                impulsive_membership(
                    "sessions.products_added",
                    "sessions.median_view_to_add_seconds",
                    "sessions.seconds_to_purchase",
                )
            }} as membership
        from sessions
        cross join thresholds
        cross join as_of
        where
            {{ dbt.datediff("sessions.started_at", "as_of.as_of_date", "day") }}
            < {{ var("archetype_window_days") }}
    ),

    journeys as (
        select
            customer_id,
            journey_no,
            max(next_purchased_at) as purchased_at,
            count(*) filter (where product_views > 0) as product_view_sessions,
            cast(sum(product_views) as bigint) as product_views
        from sessions
        where is_of_journey and next_purchased_at is not null
        group by customer_id, journey_no
    ),

    researched_journeys as (
        select
            journeys.*,
            least(
                {{ fuzzy_at_least("journeys.product_views", "thresholds.researcher_views") }},
                {{
                    fuzzy_at_least(
                        "journeys.product_view_sessions", "thresholds.researcher_sessions"
                    )
                }}
            ) as membership
        from journeys
        cross join thresholds
        cross join as_of
        where
            {{ dbt.datediff("journeys.purchased_at", "as_of.as_of_date", "day") }}
            < {{ var("archetype_window_days") }}
    ),

    evidence as (
        select
            customer_id,
            'indecisive' as archetype,
            membership,
            row_number() over (
                partition by customer_id order by membership desc, last_date desc, category asc
            ) as evidence_rank,
            {{ sentence("{category}: {product_views} views of {products} products in ") }}
            || {{ sentence(var("indecisive_days") ~ " days up to {last_date}") }}
            || ', none put in the cart' as reason
        from undecided_windows
        where membership > 0
        union all
        select
            customer_id,
            'impulsive',
            membership,
            row_number() over (
                partition by customer_id order by membership desc, started_at desc, session_key asc
            ),
            {{ sentence("{products_added} products in the cart and an order within ") }}
            || {{ sentence("{" ~ whole_quotient("seconds_to_purchase + 59", 60) ~ "} minutes") }}
            || {{ sentence(" on {cast(started_at as date)}") }}
        from quick_sessions
        where membership > 0
        union all
        select
            customer_id,
            'researcher',
            membership,
            row_number() over (
                partition by customer_id
                order by membership desc, purchased_at desc, journey_no desc
            ),
            {{ sentence("{product_views} product views in {product_view_sessions} visits ") }}
            || {{ sentence("before the purchase on {cast(purchased_at as date)}") }}
        from researched_journeys
        where membership > 0
    ),

    final as (
        select customer_id, archetype, membership, reason from evidence where evidence_rank = 1
    )

select *
from final
