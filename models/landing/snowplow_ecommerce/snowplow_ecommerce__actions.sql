{{ config(materialized="table") }}
-- The kind, the visitor and the contexts of each event. A context that an event has at most once
-- is a table with the event's id as root_id.
{% set apps = var("snowplow_ecommerce_app_ids") %}
{% set contexts = {
    "actions": {"action_type": "type"},
    "carts": {
        "cart_id": "cart_id",
        "cart_value": "try_cast(total_value as decimal(18, 2))",
    },
    "checkout_steps": {"step": "step"},
    "pages": {"page_type": "lower(type)"},
    "users": {
        "user_id": "id",
        "email": "email",
        "is_guest": "lower(cast(is_guest as string))",
    },
    "client_sessions": {"session_id": "session_id", "user_id": "user_id"},
} %}
with
    -- Trackers resend unconfirmed events: the first arrival counts.
    ranked_events as (
        select
            *,
            row_number() over (
                partition by event_id
                order by collector_tstamp nulls last, derived_tstamp nulls last, app_id nulls last
            ) as arrival
        from {{ ref("snowplow_ecommerce__raw_events") }}
    ),

    events as (
        select *
        from ranked_events
        where arrival = 1 {% if apps %} and app_id in ('{{ apps | join("', '") }}') {% endif %}
    ),

    {%- for context, columns in contexts.items() %}
        {{ context }} as (
            select
                root_id,
                {%- for name, value in columns.items() %}
                    max({{ value }}) as {{ name }} {{- "," if not loop.last }}
                {%- endfor %}
            from {{ ref("snowplow_ecommerce__raw_" ~ context) }}
            group by root_id
        ),
    {%- endfor %}

    typed_actions as (
        select
            events.event_id,
            {{
                safe_cast_text(
                    exported_time("cast(events.derived_tstamp as string)"), "timestamp"
                )
            }} as occurred_at,
            case
                when events.event_name in ('page_view', 'page_ping')
                then events.event_name
                else coalesce(actions.action_type, 'unknown')
            end as action_type,
            -- A browser's cookie, or the mobile tracker's substitute.
            coalesce(events.domain_userid, client_sessions.user_id) as visitor_id,
            coalesce(events.domain_sessionid, client_sessions.session_id) as session_id,
            coalesce(
                events.user_id,
                case when coalesce(users.is_guest, 'false') <> 'true' then users.user_id end
            ) as contact_id,
            users.email,
            {{ remove_matches("events.page_url", "[?#].*$") }} as page_url,
            -- Sites choose the names of their types; these words show the purpose of the page.
            case
                when pages.page_type like 'checkout%'
                then 'checkout'
                when pages.page_type in ('homepage', 'home page', 'home')
                then 'home'
                when
                    pages.page_type
                    in ('category', 'product', 'cart', 'content', 'account', 'search')
                then pages.page_type
            end as page_type,
            {{ remove_matches("events.page_referrer", "[?#].*$") }} as referrer_url,
            events.mkt_source as utm_source,
            events.mkt_medium as utm_medium,
            events.mkt_campaign as utm_campaign,
            carts.cart_id,
            carts.cart_value,
            checkout_steps.step as checkout_step,
            events.useragent as user_agent,
            -- A tracker may send a hash of the address instead, which locates nobody.
            case
                when {{ matches("events.user_ipaddress", "[.:]") }} then events.user_ipaddress
            end as ip_address
        from events
        {%- for context in contexts %}
            left join {{ context }} on events.event_id = {{ context }}.root_id
        {%- endfor %}
    ),

    final as (
        select
            *,
            -- The contract has no word for lists, promotions, refunds and lost actions: they only
            -- show that somebody was there.
            case
                when action_type = 'transaction'
                then 'purchase'
                when
                    action_type in (
                        'page_view',
                        'product_view',
                        'add_to_cart',
                        'remove_from_cart',
                        'checkout_step'
                    )
                then action_type
                else 'page_ping'
            end as event_type
        from typed_actions
    )

select *
from final
