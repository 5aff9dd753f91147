-- Sessions and purchases of a customer on one timeline. A journey is the time between two
-- purchases; its number is the count of purchases before it. One window per customer replaces a
-- join of sessions with purchases.
{% set hours_to_decide = (var("cart_abandoned_hours") * 3600000000) | int %}
with
    sessions as (select * from {{ ref("int_web_sessions") }} where customer_id is not null),

    purchases as (select * from {{ ref("int_web_purchases") }} where customer_id is not null),

    sessions_and_purchases as (
        select
            customer_id,
            started_at as happened_at,
            1 as kind_rank,
            session_key as happening_key,
            cast(null as timestamp) as purchased_at
        from sessions
        union all
        select customer_id, purchased_at as happened_at, 2, purchase_key, purchased_at
        from purchases
    ),

    happenings as (
        select
            happening_key as session_key,
            kind_rank,
            count(purchased_at) over (
                partition by customer_id
                order by happened_at, kind_rank, happening_key
                rows between unbounded preceding and current row
            ) as journey_no,
            min(purchased_at) over (
                partition by customer_id
                order by happened_at, kind_rank, happening_key
                rows between current row and unbounded following
            ) as next_purchased_at
        from sessions_and_purchases
    ),

    timed_sessions as (
        select
            sessions.*,
            happenings.journey_no,
            happenings.next_purchased_at,
            {{ microseconds_between("sessions.started_at", "happenings.next_purchased_at") }}
            as start_to_purchase,
            {{ microseconds_between("sessions.ended_at", "happenings.next_purchased_at") }}
            as end_to_purchase,
            {{ microseconds_between("sessions.ended_at", next_day("as_of.as_of_date")) }}
            as time_seen,
            sessions.product_views > 0
            and sessions.adds = 0
            and sessions.checkout_events = 0 as is_browsing
        from sessions
        cross join {{ ref("as_of") }} as as_of
        inner join
            happenings on sessions.session_key = happenings.session_key and happenings.kind_rank = 1
    ),

    final as (
        select
            session_key,
            customer_id,
            started_at,
            product_views,
            products_added,
            median_view_to_add_seconds,
            journey_no,
            next_purchased_at,
            {{ whole_quotient("start_to_purchase", 1000000) }} as seconds_to_purchase,
            -- A session more than 90 days before the purchase did not lead to it.
            coalesce(
                {{ whole_quotient("start_to_purchase", 1000000) }} <= 90 * 86400, true
            ) as is_of_journey,
            is_browsing
            and coalesce(
                end_to_purchase > {{ hours_to_decide }}, time_seen > {{ hours_to_decide }}
            ) as is_browse_abandoned,
            is_browsing
            and end_to_purchase is null
            and time_seen <= {{ hours_to_decide }} as is_browse_open
        from timed_sessions
    )

select *
from final
