-- Sessions of people, carts with their state, and one row per customer of both.
create table event_sessions as
with human_events as (
    select
        event_id, occurred_at, event_type, page_url, session_id, coalesce(
            'visitor|' || visitor_id, 'session|' || session_id, 'contact|' || contact_id, 'email|' || email,
            'event|' || event_id
        ) as visitor_key,
    from events
    anti join bot_agents using (user_agent)
),

with_previous as (
    select
        *, lag(occurred_at) over visit as previous_at, lag(event_type) over visit as previous_type,
        lag(page_url) over visit as previous_url,
    from human_events
    window visit as (partition by visitor_key, session_id order by occurred_at, event_id)
),

with_start as (
    select
        event_id, occurred_at, visitor_key, session_id,
        event_type in ('page_view', 'product_view') and not coalesce(
            previous_type in ('page_view', 'product_view') and previous_type <> event_type and previous_url = page_url,
            false
        ) as is_view,
        max(
            if(previous_at is null or (session_id is null and occurred_at - previous_at > interval 30 minute), occurred_at, null)
        ) over (
            partition by visitor_key, session_id order by occurred_at, event_id rows unbounded preceding
        ) as start_at,
    from with_previous
)

select
    event_id, visitor_key, is_view, concat_ws(
        '|', visitor_key, session_id, epoch_us(start_at)::varchar,
        nullif(greatest(epoch_us(occurred_at) - epoch_us(start_at) - 1, 0) // (3 * 86400000000), 0)::varchar
    ) as session_key,
from with_start;

delete from event_sessions
where session_key in (select session_key from event_sessions group by session_key having count(*) > 1000);

create view session_events as
select events.*, session_key, visitor_key, is_view
from events
join event_sessions using (event_id);

create table session_totals as
select
    session_key, any_value(visitor_key) as visitor_key, min(occurred_at) as started_at, max(occurred_at) as ended_at,
    count(*) as events, count(*) filter (where is_view) as pages_viewed,
    count(*) filter (where event_type = 'product_view') as product_views,
    count(distinct product_id) filter (where event_type = 'product_view') as products_viewed,
    count(*) filter (where event_type = 'add_to_cart') as adds,
    count(*) filter (where event_type = 'checkout_step') as checkout_events, max(checkout_step) as checkout_step,
    count(*) filter (where event_type = 'purchase') as purchases,
    count(*) filter (where event_type = 'demo_request') as demo_requests,
    mode(category) filter (where product_id is not null) as main_category,
    max(device_type) filter (where device_type in ('desktop', 'mobile', 'tablet')) as device_type,
    arg_min(lower(utm_source), occurred_at) as utm_source, arg_min(lower(utm_medium), occurred_at) as utm_medium,
    arg_min(utm_campaign, occurred_at) as utm_campaign, arg_min(referrer_url, occurred_at) as referrer_url,
    arg_max(ip_address, occurred_at) as ip_address,
from session_events
group by session_key;

create table sessions as
with named as (
    select
        session_key, case
            when min(contacts.customer_id) = max(contacts.customer_id) then min(contacts.customer_id)
            when count(contacts.customer_id) = 0 and min(addresses.customer_id) = max(addresses.customer_id)
            then min(addresses.customer_id)
        end as customer_id,
    from (
        select distinct session_key, contact_id, email from session_events where coalesce(contact_id, email) is not null
    ) as keys_of_session
    left join identifiers as contacts on contacts.kind = 'contact' and contacts.key = contact_id
    left join identifiers as addresses on addresses.kind = 'email' and addresses.key = email
    group by session_key
)

select
    session_totals.*, coalesce(named.customer_id, identifiers.customer_id) as customer_id,
    date_diff('second', started_at, ended_at) as duration_seconds,
    ended_at - started_at > interval 10 second or pages_viewed >= 2 or purchases + demo_requests > 0 as is_engaged,
    case
        when utm_medium in ('email', 'newsletter') then 'email'
        when utm_medium in ('affiliate', 'affiliates') then 'affiliates'
        when utm_medium in ('display', 'banner') then 'display'
        when utm_medium in ('cpc', 'ppc', 'paid') and utm_source in ('facebook', 'instagram') then 'paid_social'
        when utm_medium in ('cpc', 'ppc', 'paid') then 'paid_search'
        when utm_medium = 'social' or regexp_matches(referrer_url, 'facebook|instagram|pinterest') then 'organic_social'
        when regexp_matches(referrer_url, 'google|bing|duckduckgo') then 'organic_search'
        when utm_source is not null then 'other'
        when referrer_url is not null then 'referral'
        else 'direct'
    end as acquisition_channel,
from session_totals
left join named using (session_key)
left join identifiers on identifiers.kind || '|' || identifiers.key = visitor_key;

create table carts as
with cart_events as (
    select
        coalesce(cart_id, session_key) as cart, occurred_at, event_type, product_id, coalesce(quantity, 1) as quantity,
        unit_price, sessions.customer_id,
    from session_events
    join sessions using (session_key)
    where event_type in ('add_to_cart', 'remove_from_cart', 'checkout_step', 'purchase')
),

cart_products as (
    select
        cart, product_id, any_value(customer_id) as customer_id,
        max(occurred_at) filter (where event_type <> 'purchase') as changed_at,
        sum(quantity) filter (where event_type = 'add_to_cart') as items_in,
        sum(quantity) filter (where event_type = 'remove_from_cart') as items_out,
        max(unit_price) as unit_price, bool_or(event_type = 'checkout_step') as has_checkout,
        min(occurred_at) filter (where event_type = 'purchase') as purchased_at,
    from cart_events
    group by all
),

cart_totals as (
    select
        cart, any_value(customer_id) as customer_id, max(changed_at) as changed_at,
        sum(greatest(items_in - coalesce(items_out, 0), 0)) as items_left,
        sum(greatest(items_in - coalesce(items_out, 0), 0) * coalesce(unit_price, 0))::decimal(18, 2) as value_left,
        bool_or(has_checkout) as has_checkout, min(purchased_at) as own_purchased_at,
    from cart_products
    group by cart
    having sum(items_in) > 0 or bool_or(has_checkout)
),

purchases_online as (
    select customer_id, occurred_at as purchased_at
    from session_events
    join sessions using (session_key)
    where event_type = 'purchase' and customer_id is not null
),

with_purchase as (
    select cart_totals.*, coalesce(own_purchased_at, purchased_at) as purchased_at
    from cart_totals
    asof left join purchases_online
        on cart_totals.customer_id = purchases_online.customer_id and cart_totals.changed_at <= purchases_online.purchased_at
)

select
    *, case
        when own_purchased_at is null and coalesce(items_left, 0) = 0 then 'emptied'
        when purchased_at - changed_at <= interval 24 hour then 'converted'
        when own_purchased_at is not null or purchased_at - changed_at <= interval 7 day then 'recovered'
        when getvariable('end_at') - changed_at > interval 24 hour then 'abandoned'
        else 'open'
    end as state,
from with_purchase;

create table customer_web as
with session_ranks as (
    select
        *, started_at >= getvariable('as_of_date') - 89 as is_in_window,
        row_number() over (partition by customer_id order by started_at, session_key) as first_rank,
        row_number() over (partition by customer_id order by started_at desc, session_key desc) as last_rank,
    from sessions
    where customer_id is not null
),

visits as (
    select
        customer_id, count(*) as web_sessions, count(*) filter (where is_engaged) as web_engaged_sessions,
        count(*) filter (where is_in_window) as web_window_sessions,
        count(*) filter (where is_in_window and is_engaged) as web_window_engaged_sessions,
        sum(pages_viewed)::bigint as pages_viewed, sum(product_views)::bigint as product_views,
        count(*) filter (where product_views > 0) as product_view_sessions,
        count(*) filter (where product_views > 0 and adds = 0 and checkout_events = 0 and purchases = 0) as browse_abandonments,
        sum(demo_requests)::bigint as demo_requests, max(ended_at) filter (where demo_requests > 0)::date as last_demo_date,
        count(*) filter (where device_type = 'mobile') as mobile_sessions,
        count(*) filter (where device_type = 'desktop') as desktop_sessions,
        count(*) filter (where device_type = 'tablet') as tablet_sessions,
        max(acquisition_channel) filter (where first_rank = 1) as first_touch_channel,
        max(utm_campaign) filter (where first_rank = 1) as first_touch_campaign,
        coalesce(
            arg_max(acquisition_channel, started_at) filter (where acquisition_channel <> 'direct'), 'direct'
        ) as last_touch_channel,
        max(ended_at) filter (where last_rank = 1) as last_session_ended_at,
        max(pages_viewed) filter (where last_rank = 1) as last_session_pages_viewed,
        max(main_category) filter (where last_rank = 1) as last_session_category,
        max(device_type) filter (where last_rank = 1) as last_session_device,
        arg_max(ip_address, started_at) as last_ip_address,
        list(distinct ended_at::date) as active_dates,
    from session_ranks
    group by customer_id
),

cart_counts as (
    select
        customer_id, count(*) as carts, count(*) filter (where state = 'converted') as converted_carts,
        count(*) filter (where state = 'recovered') as recovered_carts,
        count(*) filter (where state = 'abandoned') as abandoned_carts,
        count(*) filter (where state = 'emptied') as emptied_carts,
        count(*) filter (where state = 'abandoned' and changed_at >= getvariable('as_of_date') - 89) as window_abandoned_carts,
        count(*) filter (where has_checkout) as checkouts,
        count(*) filter (where has_checkout and state in ('converted', 'recovered')) as completed_checkouts,
        count(*) filter (where has_checkout and state in ('abandoned', 'emptied')) as abandoned_checkouts,
        arg_max(state, changed_at) as last_cart_state, arg_max(value_left, changed_at) as last_cart_value,
        max(changed_at) as last_cart_changed_at,
    from carts
    where customer_id is not null
    group by customer_id
),

-- A journey lasts from its first visit to the purchase that ends it.
journeys as (
    select
        sessions.customer_id, purchases_online.purchased_at,
        max(date_diff('second', started_at, purchases_online.purchased_at)) as seconds_to_purchase,
    from sessions
    asof join (
        select customer_id, occurred_at as purchased_at
        from session_events join sessions using (session_key)
        where event_type = 'purchase' and customer_id is not null
    ) as purchases_online
        on sessions.customer_id = purchases_online.customer_id and sessions.started_at <= purchases_online.purchased_at
    where purchases_online.purchased_at - started_at <= interval 90 day
    group by all
)

select visits.*, cart_counts.* exclude (customer_id), journey_totals.median_seconds_to_purchase
from visits
left join cart_counts using (customer_id)
left join (
    select customer_id, median(seconds_to_purchase) as median_seconds_to_purchase from journeys group by customer_id
) as journey_totals using (customer_id);
