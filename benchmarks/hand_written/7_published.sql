-- The rest of the published file.
create table published.dim_customers as
select
    features.customer_id, customer_kind, contact_id, account_id, is_profiled, first_seen_date, first_order_date, last_order_date,
    recency_days, lifetime_orders, lifetime_net_amount, window_orders, window_net_amount, average_order_value, r_score, f_score,
    m_score, clv_365d, historic_value_rank, expected_value_rank, country_code, location_precision, labels.* exclude (customer_id)
from features
join labels using (customer_id)
order by features.customer_id;

create table published.sessions as
select
    session_key, customer_id, started_at, ended_at, duration_seconds, events, pages_viewed, product_views, adds, purchases,
    is_engaged, device_type, acquisition_channel,
from sessions
order by session_key;

create table published.agg_segment_profiles as
with members as (
    select long_segments.segmentation, long_segments.segment, features.*
    from published.fct_customer_segments as long_segments
    join features using (customer_id)
    where is_primary
),

totals as (
    select
        segmentation, segment, count(*) as customers, count(*) filter (where window_orders > 0) as buyers,
        sum(window_orders) as orders, sum(window_net_amount) as net_amount,
        avg(recency_days) as recency_days, avg(window_orders) as window_orders, avg(window_net_amount) as window_net_amount,
        avg(average_order_value) as average_order_value, avg(lifetime_orders) as lifetime_orders, avg(age_years) as age_years,
        avg(children_count) as children_count, avg(household_size) as household_size,
    from members
    group by segmentation, segment
),

means as (
    unpivot totals
    on recency_days, window_orders, window_net_amount, average_order_value, lifetime_orders, age_years, children_count, household_size
    into name feature value mean
),

population as (
    unpivot (
        select
            avg(recency_days) as recency_days, avg(window_orders) as window_orders, avg(window_net_amount) as window_net_amount,
            avg(average_order_value) as average_order_value, avg(lifetime_orders) as lifetime_orders, avg(age_years) as age_years,
            avg(children_count) as children_count, avg(household_size) as household_size,
        from features
    ) on columns(*) into name feature value mean
),

deviations as (
    unpivot (
        select
            stddev_pop(recency_days) as recency_days, stddev_pop(window_orders) as window_orders,
            stddev_pop(window_net_amount::double) as window_net_amount,
            stddev_pop(average_order_value::double) as average_order_value, stddev_pop(lifetime_orders) as lifetime_orders,
            stddev_pop(age_years) as age_years, stddev_pop(children_count) as children_count,
            stddev_pop(household_size) as household_size,
        from features
    ) on columns(*) into name feature value deviation
),

standardised as (
    select segmentation, segment, feature, (means.mean - population.mean) / deviation as difference
    from means join population using (feature) join deviations using (feature)
    where deviation > 0
    qualify row_number() over (partition by segmentation, segment order by abs(difference) desc, feature) <= 3
),

top_features as (
    select segmentation, segment, string_agg(feature || ' ' || round(difference, 2) || ' sd', ', ' order by abs(difference) desc) as top_features
    from standardised
    group by all
)

select
    segmentation, segment, if(customers < 10, null, customers) as customers,
    if(customers < 10, null, buyers) as buyers, if(customers < 10, null, orders) as orders,
    if(customers < 10, null, net_amount) as net_amount, top_features,
from totals
left join top_features using (segmentation, segment)
order by segmentation, segment;

-- The first day: every membership of a listed segmentation begins.
create table published.fct_segment_history as
select
    customer_id, segmentation, segment, getvariable('as_of_date') as valid_from, null::date as valid_to, true as is_current,
    'data' as entered_because,
from published.fct_customer_segments as long_segments
where is_primary and segmentation not in ('region', 'city', 'time_zone');

create table published.agg_region_demand as
select
    coalesce(features.market_region, 'unknown') as market_region, coalesce(country_code, 'unknown') as country_code,
    coalesce(features.region, 'unknown') as region, segmentation, segment, count(*) as customers,
    if(count(*) < 10, null, count(*) filter (where window_orders > 0)) as buyers, if(count(*) < 10, null, sum(window_orders)) as orders,
    if(count(*) < 10, null, sum(window_net_amount)) as net_amount,
from published.fct_customer_segments as long_segments
join features using (customer_id)
where is_primary and segmentation in ('rfm', 'lifecycle', 'historic_value')
group by all
order by all;

create table published.agg_region_category_demand as
select
    coalesce(features.market_region, 'unknown') as market_region, coalesce(country_code, 'unknown') as country_code,
    coalesce(features.region, 'unknown') as region, segmentation, segment, category, count(*) as customers,
    if(count(*) < 10, null, sum(orders)) as orders, if(count(*) < 10, null, sum(units)) as units,
    if(count(*) < 10, null, sum(net_amount)) as net_amount,
from categories
join features using (customer_id)
join published.fct_customer_segments as long_segments using (customer_id)
where long_segments.is_primary and segmentation in ('rfm', 'lifecycle', 'historic_value')
group by all
order by all;

create table contactable as
select
    customer_id, statements.channel, contacts.email is not null as has_email, contacts.phone is not null as has_phone, age_years,
    recorded_at,
from statements
join features using (customer_id)
left join contacts on features.contact_id = contacts.contact_id
where purpose = 'marketing' and statements.status = 'granted' and coalesce(statements.expires_at >= getvariable('end_at'), true);

create table published.audience_members as
with audiences as (
    select audience, channel, purpose, priority::int as priority, min_age::int as min_age, holdout_percent::int as holdout_percent
    from seed('business/audiences/audiences')
),

listed as (select audience, segmentation, segment, kind from seed('business/audiences/audience_segments')),

candidates as (
    select
        audience, customer_id, min(segmentation) as segmentation, min(segment) as segment, min(reason) as reason,
    from listed join published.fct_customer_segments as long_segments using (segmentation, segment)
    where is_primary and kind = 'include'
    group by all
),

excluded as (
    select distinct audience, customer_id
    from listed join published.fct_customer_segments as long_segments using (segmentation, segment)
    where kind = 'exclude'
),

reached as (
    select candidates.*, priority, audiences.channel, audiences.purpose, holdout_percent, contactable.recorded_at
    from candidates
    join audiences using (audience)
    join contactable using (customer_id, channel)
    anti join excluded using (audience, customer_id)
    where age_years >= min_age and if(audiences.channel = 'phone', has_phone, has_email)
)

select
    audience, customer_id, hash(customer_id || audience) % 100 < holdout_percent as is_holdout, segmentation, segment, reason, channel,
    purpose, recorded_at as consent_recorded_at,
from reached
qualify row_number() over (partition by customer_id order by priority) = 1
order by audience, customer_id;

create table published.dim_offer_eligibility as
with offered as (
    select category, count(*) as products, count(*) filter (where min_age is null) as products_for_all, max(min_age) as min_age
    from products
    where not is_service
    group by category
)

select
    customer_id, category, products, if(age_years >= min_age, products, products_for_all) as eligible_products,
    if(age_years >= min_age, products, products_for_all) > 0 as is_eligible,
from features
cross join offered
order by customer_id, category;

create table published.service_cards as
select
    features.customer_id, customer_kind, unnest(['contact', 'account', 'email', 'phone']) as key_kind,
    unnest([features.contact_id, features.account_id, contacts.email, contacts.phone]) as card_key,
    labels.rfm, labels.lifecycle, labels.satisfaction, labels.service_load, labels.historic_value, labels.cart_behaviour,
    labels.preferred_service_channel, labels.contact_hours, last_order_date, last_session_ended_at, last_cart_state, last_cart_value,
    unresolved_contacts, affinity_category, case
        when labels.satisfaction = 'dissatisfied' or labels.service_load = 'heavy' then 'settle what is open'
        when last_cart_state = 'abandoned' then 'remind of the cart'
        when labels.rfm in ('cant_lose', 'at_risk') then 'win back'
        when labels.rfm in ('champions', 'loyal') then 'thank'
        else 'listen'
    end as next_best_action,
from features
join labels using (customer_id)
left join contacts on features.contact_id = contacts.contact_id
order by customer_id, key_kind;

create table published.key_features as
with pairs as (
    unpivot (
        select
            customer_id, recency_days::double as recency_days, lifetime_orders::double as lifetime_orders,
            average_order_value::double as average_order_value, tenure_days::double as tenure_days,
            categories_bought::double as categories_bought, discounted_orders::double as discounted_orders,
            web_sessions::double as web_sessions, product_views::double as product_views,
            abandoned_carts::double as abandoned_carts, service_contacts::double as service_contacts,
        from features
        using sample reservoir(20000 rows) repeatable (7)
    ) on columns(* exclude (customer_id)) into name feature value amount
)

select segmentation, segment, feature, count(*) as customers, avg(amount) as mean, stddev_pop(amount) as deviation
from pairs join published.fct_customer_segments as long_segments using (customer_id)
where is_primary
group by all
order by all;
