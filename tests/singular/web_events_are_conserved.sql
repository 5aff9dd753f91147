{{ config(meta={"dagster": {"ref": {"name": "int_web_sessions"}}}) }}
-- No join or aggregate of the web models multiplies or loses an event: events of people are in
-- sessions, cart events are in a cart, and sessions of customers have an outcome.
with
    event_totals as (
        select
            count(*) as events,
            count(*) filter (where event_type = 'add_to_cart') as adds,
            coalesce(
                sum(case when event_type = 'add_to_cart' then coalesce(quantity, 1) end), 0
            ) as items_in
        from {{ ref("int_web_events") }}
    ),

    session_totals as (
        select
            coalesce(sum(events), 0) as events,
            coalesce(sum(adds), 0) as adds,
            count(customer_id) as customer_sessions
        from {{ ref("int_web_sessions") }}
    ),

    cart_totals as (select coalesce(sum(items_in), 0) as items_in from {{ ref("int_web_carts") }}),

    outcome_counts as (select count(*) as sessions from {{ ref("int_web_session_outcomes") }}),

    customer_totals as (
        select coalesce(sum(sessions), 0) as sessions from {{ ref("int_customer_web") }}
    )

select 'events and sessions do not add up' as problem
from event_totals
cross join session_totals
where event_totals.events <> session_totals.events or event_totals.adds <> session_totals.adds
union all
select 'items were lost or multiplied on the way to the carts'
from event_totals
cross join cart_totals
where event_totals.items_in <> cart_totals.items_in
union all
select 'a session of a customer was lost or multiplied'
from session_totals
cross join outcome_counts
cross join customer_totals
where
    session_totals.customer_sessions <> outcome_counts.sessions
    or session_totals.customer_sessions <> customer_totals.sessions
