with
    sessions as (select * from {{ ref("int_web_sessions") }} where customer_id is not null),

    ranked_sessions as (
        select
            sessions.*,
            {{ dbt.datediff("sessions.started_at", "as_of.as_of_date", "day") }}
            < {{ var("web_window_days") }} as is_in_window,
            row_number() over (
                partition by sessions.customer_id order by sessions.started_at, sessions.session_key
            ) as first_rank,
            row_number() over (
                partition by sessions.customer_id
                order by sessions.started_at desc, sessions.session_key desc
            ) as last_rank,
            -- A direct visit is credited to the last visit with a source.
            row_number() over (
                partition by sessions.customer_id
                order by
                    case when sessions.acquisition_channel = 'direct' then 1 else 0 end,
                    sessions.started_at desc,
                    sessions.session_key desc
            ) as last_touch_rank
        from sessions
        cross join {{ ref("as_of") }} as as_of
    ),

    final as (
        select
            customer_id,
            count(*) as sessions,
            count(*) filter (where is_engaged) as engaged_sessions,
            count(*) filter (where is_in_window) as window_sessions,
            count(*) filter (where is_in_window and is_engaged) as window_engaged_sessions,
            cast(sum(pages_viewed) as bigint) as pages_viewed,
            cast(sum(product_views) as bigint) as product_views,
            cast(sum(demo_requests) as bigint) as demo_requests,
            max(case when demo_requests > 0 then cast(ended_at as date) end) as last_demo_date,
            count(*) filter (where device_type = 'mobile') as mobile_sessions,
            count(*) filter (where device_type = 'desktop') as desktop_sessions,
            count(*) filter (where device_type = 'tablet') as tablet_sessions,
            {% for touch, rank in {
                "first_touch": "first_rank",
                "last_touch": "last_touch_rank",
            }.items() %}
                max(case when {{ rank }} = 1 then acquisition_channel end) as {{ touch }}_channel,
                max(case when {{ rank }} = 1 then utm_campaign end) as {{ touch }}_campaign,
                max(case when {{ rank }} = 1 then cast(started_at as date) end) as {{ touch }}_date,
            {% endfor %}
            max(case when last_rank = 1 then session_key end) as last_session_key,
            {% for column in [
                "ended_at",
                "pages_viewed",
                "products_viewed",
                "main_category",
                "adds",
                "checkout_step",
                "device_type",
                "acquisition_channel",
            ] %}
                max(case when last_rank = 1 then {{ column }} end) as last_session_{{ column }}
                {{ "," if not loop.last }}
            {% endfor %}
        from ranked_sessions
        group by customer_id
    )

select *
from final
