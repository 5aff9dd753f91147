{{ config(materialized="table") }}
-- What an event is and who did it, decided once, with what its contexts say. A context of which an
-- event has at most one is a table with the event's id as root_id.
{% set apps = var("snowplow_ecommerce_app_ids") %}
with
    raw_events as (select * from {{ ref("snowplow_ecommerce__raw_events") }}),

    actions as (select * from {{ ref("snowplow_ecommerce__raw_actions") }}),

    carts as (select * from {{ ref("snowplow_ecommerce__raw_carts") }}),

    checkout_steps as (select * from {{ ref("snowplow_ecommerce__raw_checkout_steps") }}),

    pages as (select * from {{ ref("snowplow_ecommerce__raw_pages") }}),

    users as (select * from {{ ref("snowplow_ecommerce__raw_users") }}),

    client_sessions as (select * from {{ ref("snowplow_ecommerce__raw_client_sessions") }}),

    -- Trackers send again what was not confirmed: the first arrival counts.
    ranked_events as (
        select
            *,
            row_number() over (
                partition by event_id
                order by collector_tstamp nulls last, derived_tstamp nulls last, app_id nulls last
            ) as arrival
        from raw_events
    ),

    events as (
        select *
        from ranked_events
        where arrival = 1 {% if apps %} and app_id in ('{{ apps | join("', '") }}') {% endif %}
    ),

    action_types as (select root_id, max(type) as action_type from actions group by root_id),

    cart_states as (
        select
            root_id,
            max(cart_id) as cart_id,
            max(try_cast(total_value as decimal(18, 2))) as cart_value
        from carts
        group by root_id
    ),

    steps as (select root_id, max(step) as step from checkout_steps group by root_id),

    page_types as (select root_id, max(lower(type)) as page_type from pages group by root_id),

    buyers as (
        select
            root_id,
            max(id) as user_id,
            max(email) as email,
            max(lower(cast(is_guest as {{ dbt.type_string() }}))) as is_guest
        from users
        group by root_id
    ),

    app_sessions as (
        select root_id, max(session_id) as session_id, max(user_id) as user_id
        from client_sessions
        group by root_id
    ),

    typed_actions as (
        select
            events.event_id,
            {{
                safe_cast_text(
                    "cast(events.derived_tstamp as " ~ dbt.type_string() ~ ")", "timestamp"
                )
            }} as occurred_at,
            case
                when events.event_name in ('page_view', 'page_ping')
                then events.event_name
                else coalesce(action_types.action_type, 'unknown')
            end as action_type,
            -- A browser's cookie, or what the mobile tracker has in its place.
            coalesce(events.domain_userid, app_sessions.user_id) as visitor_id,
            coalesce(events.domain_sessionid, app_sessions.session_id) as session_id,
            coalesce(
                events.user_id,
                case when coalesce(buyers.is_guest, 'false') <> 'true' then buyers.user_id end
            ) as contact_id,
            buyers.email,
            {{ remove_matches("events.page_url", "[?#].*$") }} as page_url,
            -- Sites name their types as they like: the words that say what the page is for.
            case
                when page_types.page_type like 'checkout%'
                then 'checkout'
                when page_types.page_type in ('homepage', 'home page', 'home')
                then 'home'
                when
                    page_types.page_type
                    in ('category', 'product', 'cart', 'content', 'account', 'search')
                then page_types.page_type
            end as page_type,
            {{ remove_matches("events.page_referrer", "[?#].*$") }} as referrer_url,
            events.mkt_source as utm_source,
            events.mkt_medium as utm_medium,
            events.mkt_campaign as utm_campaign,
            cart_states.cart_id,
            cart_states.cart_value,
            steps.step as checkout_step,
            events.useragent as user_agent,
            -- A tracker may keep a hash of the address instead: it locates nobody.
            case
                when {{ matches("events.user_ipaddress", "[.:]") }} then events.user_ipaddress
            end as ip_address
        from events
        left join action_types on events.event_id = action_types.root_id
        left join cart_states on events.event_id = cart_states.root_id
        left join steps on events.event_id = steps.root_id
        left join page_types on events.event_id = page_types.root_id
        left join buyers on events.event_id = buyers.root_id
        left join app_sessions on events.event_id = app_sessions.root_id
    ),

    final as (
        select
            *,
            -- What the contract has no word for (lists, promotions, refunds, lost actions) says
            -- that
            -- somebody was there, and no more.
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
