-- Who was never seen on the web may have been there unrecognised: unknown.
with
    features as (select * from {{ ref("customer_features") }}),

    as_of as (select * from {{ ref("as_of") }}),

    bands as (select * from {{ ref("last_interaction_bands") }}),

    customers as (
        select
            features.*,
            features.mobile_sessions
            + features.desktop_sessions
            + features.tablet_sessions as device_sessions,
            greatest(
                features.mobile_sessions, features.desktop_sessions, features.tablet_sessions
            ) as main_device_sessions,
            {{ dbt.datediff("features.last_demo_date", "as_of.as_of_date", "day") }}
            as days_since_demo,
            {{ dbt.datediff("features.last_interaction_date", "as_of.as_of_date", "day") }}
            as days_since_interaction
        from features
        cross join as_of
    ),

    banded_customers as (
        select customers.*, bands.segment as last_interaction
        from customers
        left join
            bands on customers.days_since_interaction between bands.min_days and bands.max_days
    ),

    labelled_customers as (
        select
            *,
            case
                when web_sessions = 0
                then null
                when web_window_sessions = 0
                then 'inactive'
                when web_window_engaged_sessions >= {{ var("web_highly_engaged_sessions") }}
                then 'highly_engaged'
                when web_window_engaged_sessions >= {{ var("web_engaged_sessions") }}
                then 'engaged'
                when web_window_engaged_sessions > 0
                then 'casual'
                else 'bounced'
            end as web_engagement,
            case
                when web_sessions = 0
                then null
                when demo_requests = 0
                then 'no_request'
                when days_since_demo < {{ var("demo_recent_days") }}
                then 'requested_recently'
                else 'requested_before'
            end as demo_interest,
            case
                when device_sessions = 0
                then null
                -- Without fractions, which a share of just 0.7 might miss.
                when
                    main_device_sessions * 1000
                    < device_sessions * {{ (var("main_device_share") * 1000) | round | int }}
                then 'multi_device'
                else most_used_device
            end as device
        from banded_customers
    ),

    customers_with_evidence as (
        select
            *,
            case
                when web_window_sessions = 0
                then {{ sentence("last visit {last_session_date}") }}
                else
                    {{ sentence("{web_window_engaged_sessions} of {web_window_sessions} visits") }}
                    || ' engaged in {{ var("web_window_days") }} days'
            end as engagement_evidence,
            case
                when demo_requests = 0
                then 'no demo requested'
                else {{ sentence("demo requested {last_demo_date}") }}
            end as demo_evidence,
            concat_ws(
                ', ', {{ sentence("first visit {first_touch_date}") }}, first_touch_campaign
            ) as first_touch_evidence,
            concat_ws(
                ', ', {{ sentence("visit {last_touch_date}") }}, last_touch_campaign
            ) as last_touch_evidence,
            {{ sentence("{main_device_sessions} of {device_sessions} visits by ") }}
            || most_used_device as device_evidence,
            {{ sentence("{last_interaction_source} on {last_interaction_date}") }}
            as interaction_evidence
        from labelled_customers
    ),

    {{
        segments_from_labels(
            "customers_with_evidence",
            evidence={
                "web_engagement": "engagement_evidence",
                "demo_interest": "demo_evidence",
                "first_touch_channel": "first_touch_evidence",
                "last_touch_channel": "last_touch_evidence",
                "device": "device_evidence",
                "last_interaction": "interaction_evidence",
            },
            missing_segment="'unknown'",
            missing_reason="case when web_sessions = 0 then 'not seen on the web' "
            ~ "else 'not told by the tracker' end",
        )
    }}

select *
from final
