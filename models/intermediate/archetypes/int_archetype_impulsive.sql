-- Impulsive: within one session several products put in the cart, each soon after it was first seen
-- there, and an order soon after the session began. The session that shows it most counts.
with
    sessions as (select * from {{ ref("int_web_session_outcomes") }}),

    as_of as (select * from {{ ref("as_of") }}),

    sessions_with_membership as (
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
        cross join as_of
        where
            {{ dbt.datediff("sessions.started_at", "as_of.as_of_date", "day") }}
            < {{ var("archetype_window_days") }}
    ),

    ranked_sessions as (
        select
            *,
            row_number() over (
                partition by customer_id order by membership desc, started_at desc, session_key asc
            ) as session_rank
        from sessions_with_membership
        where membership > 0
    ),

    final as (
        select
            customer_id,
            cast(started_at as date) as visit_date,
            products_added,
            seconds_to_purchase,
            membership
        from ranked_sessions
        where session_rank = 1
    )

select *
from final
