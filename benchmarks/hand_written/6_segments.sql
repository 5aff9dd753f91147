-- One wide row of features and labels per customer, and the long table of all of them.
create table features as
select
    customers.customer_id, customers.customer_kind, customers.contact_id, customers.account_id, customers.first_seen_date,
    objections.customer_id is null as is_profiled,
    customer_orders.* exclude (
        customer_id, lifetime_orders, lifetime_net_amount, window_orders, window_net_amount, discounted_orders
    ),
    coalesce(lifetime_orders, 0) as lifetime_orders, coalesce(lifetime_net_amount, 0) as lifetime_net_amount,
    coalesce(window_orders, 0) as window_orders, coalesce(window_net_amount, 0) as window_net_amount,
    coalesce(discounted_orders, 0) as discounted_orders,
    (lifetime_net_amount / lifetime_orders)::decimal(18, 2) as average_order_value,
    date_diff('day', first_order_date, getvariable('as_of_date')) as tenure_days,
    gap_totals.* exclude (customer_id), customer_categories.* exclude (customer_id), habits.* exclude (customer_id),
    rfm.* exclude (customer_id), value_tiers.* exclude (customer_id), customer_web.* exclude (customer_id, active_dates),
    places.* exclude (customer_id), demographics.* exclude (customer_id, account_id),
    service.* exclude (customer_id, active_dates), declared.* exclude (customer_id),
    firmographics.* exclude (customer_id), reach.* exclude (customer_id),
    greatest(last_order_date, last_session_ended_at::date) as last_interaction_date,
    len(list_distinct(list_concat(customer_web.active_dates, service.active_dates))) as active_days,
    greatest(last_session_ended_at::date, last_service_date, created_at::date) as last_activity_date,
from customers
left join objections using (customer_id)
left join customer_orders using (customer_id)
left join gap_totals using (customer_id)
left join customer_categories using (customer_id)
left join habits using (customer_id)
left join rfm using (customer_id)
left join value_tiers using (customer_id)
left join customer_web using (customer_id)
left join places using (customer_id)
left join demographics using (customer_id)
left join service using (customer_id)
left join declared using (customer_id)
left join firmographics using (customer_id)
left join reach using (customer_id);

create macro banded(amount, limits, names) as
    case when amount is not null then names[1 + len(list_filter(limits, limit_value -> amount >= limit_value))] end;

create table labels as
select
    customer_id,
    case when lifetime_orders = 0 then 'prospect' when r_score is null then 'lapsed' else rfm_segment end as rfm,
    if(lifetime_orders = 0, 'prospect', historic_value) as historic_value,
    if(lifetime_orders = 0, 'prospect', expected_value) as expected_value,
    banded(age_years, [13, 16, 18, 25, 35, 45, 55, 65, 75], [
        'under_13', '13_15', '16_17', '18_24', '25_34', '35_44', '45_54', '55_64', '65_74', '75_plus'
    ]) as age_band,
    banded(birth_year, [1928, 1946, 1965, 1981, 1997, 2013], [
        'greatest', 'silent', 'boomers', 'generation_x', 'millennials', 'generation_z', 'generation_alpha'
    ]) as generation,
    case
        when age_years < 18 then 'minor' when age_years >= 65 then 'senior'
        when children_count > 0 and marital_status in ('married', 'partnership') then 'family'
        when age_years is null or marital_status is null or children_count is null then null
        when children_count > 0 then 'single_parent'
        when age_years < 35 then if(marital_status in ('married', 'partnership'), 'young_couple', 'young_single')
        when marital_status in ('married', 'partnership') then 'midlife_couple'
        else 'midlife_single'
    end as life_stage,
    banded(income_ratio, [0.6, 0.75, 2.000000001], ['low', 'lower_middle', 'middle', 'high']) as income_band,
    education_band as education, occupation,
    case
        when children_count >= 3 then 'with_3_or_more_children' when children_count = 2 then 'with_2_children'
        when children_count = 1 then 'with_1_child'
        when marital_status in ('married', 'partnership') and (children_count = 0 or household_size = 2) then 'couple'
        when household_size = 1 then 'single' when household_size > 1 then 'shared'
    end as household,
    if(home_ownership in ('owned', 'mortgaged', 'rented'), home_ownership, null) as home, vehicle,
    density_class, climate, country_code as country, market_region, country_code || ' ' || region as region,
    country_code || ' ' || city as city, time_zone, climate_class, country_code as last_seen_country,
    if(customer_kind = 'company', rfm_segment, 'not_applicable') as company_rfm,
    coalesce(company_size, if(customer_kind = 'person', 'not_applicable', null)) as company_size,
    coalesce(industry, if(customer_kind = 'person', 'not_applicable', null)) as industry,
    case when customer_kind = 'person' then 'not_applicable' else banded(annual_turnover, [1e6, 1e7, 5e7, 2.5e8], [
        'under_1_million', '1_to_10_million', '10_to_50_million', '50_to_250_million', '250_million_or_more'
    ]) end as revenue_band,
    case
        when customer_kind = 'person' then 'not_applicable' when has_parent then 'subsidiary' when is_parent then 'parent'
        else 'independent'
    end as company_group,
    case
        when lifetime_orders = 0 then 'prospect' when recency_days >= 365 then 'lapsed' when recency_days >= 180 then 'lapsing'
        when tenure_days <= 60 then 'new' when comeback_date >= getvariable('as_of_date') - 90 then 'won_back' else 'active'
    end as lifecycle,
    if(lifetime_orders = 0, 'prospect', banded(tenure_days, [90, 180, 365, 545], [
        'under_3_months', '3_to_6_months', '6_to_12_months', '12_to_18_months', '18_months_or_more'
    ])) as tenure,
    case
        when lifetime_orders > 0 then 'not_applicable' when last_activity_date is null then null
        when last_activity_date >= getvariable('as_of_date') - 30 then if(active_days > 1, 'hot', 'warm') else 'cold'
    end as prospect_interest,
    banded(
        10 * (
            (country_code is not null)::int + (city is not null)::int + (birth_year is not null)::int + (gender is not null)::int
            + (marital_status is not null)::int + (children_count is not null)::int + (household_size is not null)::int
            + (income_ratio is not null)::int + (education_band is not null)::int + (occupation is not null)::int
        ), [1, 40, 80], ['empty', 'sparse', 'partial', 'complete']
    ) as profile_completeness,
    banded(nullif(categories_bought, 0), [2, 4], ['one_category', 'few_categories', 'many_categories']) as product_range,
    case
        when lifetime_orders = 0 then 'never' when window_orders = 0 then 'lapsed'
        else banded(window_orders, [2, 4, 10], ['once', 'occasional', 'regular', 'frequent'])
    end as purchase_frequency,
    purchase_channel, purchase_intent, payment_method,
    banded(spending_percentile, [33, 67], ['low', 'medium', 'high']) as spending_capacity,
    case
        when window_orders < 2 then null when discount_percent >= 20 then 'high'
        else banded(100.0 * discounted_orders / window_orders, [20, 60], ['low', 'medium', 'high'])
    end as price_sensitivity,
    coalesce(affinity_category, if(categories_bought > 0, 'none', null)) as category_affinity,
    coalesce(declared_purchase_channel, purchase_channel) as preferred_purchase_channel,
    coalesce(declared_service_channel, service_channel) as preferred_service_channel,
    case when purchase_channel is not null and service_channel is not null then
        if(purchase_channel = 'store', 'offline', 'online')
        || '_' || if(service_channel in ('phone', 'in_person'), 'offline', 'online')
    end as channel_quadrant,
    communication_style,
    coalesce(declared_hours, banded(contact_hour, [12, 18], ['morning', 'afternoon', 'evening'])) as contact_hours,
    case
        when customer_kind = 'company' then 'not_applicable'
        when last_statement_at is not null then coalesce(granted_channels, 'none')
    end as marketing_consent,
    banded(coalesce(service_contacts, 0), [1, 2, 4], ['none', 'light', 'medium', 'heavy']) as service_load,
    if(coalesce(service_contacts, 0) = 0, 'none', service_reason) as service_reason,
    banded(satisfaction, [3, 4], ['dissatisfied', 'neutral', 'satisfied']) as satisfaction,
    case when web_sessions is null then null when web_window_sessions = 0 then 'inactive'
        else banded(web_window_engaged_sessions, [1, 2, 5], ['bounced', 'casual', 'engaged', 'highly_engaged'])
    end as web_engagement,
    coalesce(nullif(first_touch_channel, 'direct'), source_channel, first_touch_channel) as first_touch_channel, last_touch_channel,
    case
        when mobile_sessions + desktop_sessions + tablet_sessions = 0 then null
        when
            greatest(mobile_sessions, desktop_sessions, tablet_sessions) * 10
            < (mobile_sessions + desktop_sessions + tablet_sessions) * 7
        then 'multi_device'
        when mobile_sessions >= greatest(desktop_sessions, tablet_sessions) then 'mobile'
        when desktop_sessions >= tablet_sessions then 'desktop'
        else 'tablet'
    end as device,
    banded(date_diff('day', last_interaction_date, getvariable('as_of_date')), [8, 31, 91, 366], [
        'within_a_week', 'within_a_month', 'within_a_quarter', 'within_a_year', 'over_a_year'
    ]) as last_interaction,
    case when web_sessions is null then null when demo_requests = 0 then 'no_request'
        else if(last_demo_date > getvariable('as_of_date') - 90, 'requested_recently', 'requested_before')
    end as demo_interest,
    case
        when web_sessions is null then null when product_view_sessions = 0 then 'no_product_viewed'
        when browse_abandonments * 2 >= product_view_sessions then 'browse_abandoner' else 'browse_converter'
    end as browse_behaviour,
    case
        when web_sessions is null then null when carts is null then 'no_cart'
        when converted_carts + recovered_carts + abandoned_carts + emptied_carts = 0 then 'open_cart'
        when window_abandoned_carts >= 3 then 'serial_abandoner'
        when abandoned_carts * 2 >= carts then 'abandoner'
        when converted_carts + recovered_carts = 0 and abandoned_carts >= emptied_carts then 'abandoner'
        when converted_carts + recovered_carts = 0 then 'emptier' when recovered_carts > converted_carts then 'recoverer'
        else 'completer'
    end as cart_behaviour,
    case
        when web_sessions is null then null when coalesce(checkouts, 0) = 0 then 'no_checkout'
        when abandoned_checkouts * 2 >= checkouts then 'checkout_abandoner'
        when completed_checkouts = 0 then 'open_checkout' else 'checkout_completer'
    end as checkout_behaviour,
    case when web_sessions is null then null when median_seconds_to_purchase is null then 'no_purchase'
        else banded(median_seconds_to_purchase / 86400, [1, 7, 30], [
            'within_a_day', 'within_a_week', 'within_a_month', 'over_a_month'
        ])
    end as time_to_purchase,
    banded(lifetime_orders, [1, 2], ['no_value_history', 'one_purchase', 'several_purchases']) as value_history,
from features;

-- Companies have no demographics; people who objected are in no segment of a profiling segmentation.
create table published.fct_customer_segments as
with unpivoted as (
    select * from labels unpivot include nulls (segment for segmentation in (columns(* exclude (customer_id))))
),

catalogue as (select segmentation, family, is_profiling = 'true' as is_profiling from seed('business/segmentations')),

evidence as (
    select
        customer_id, customer_kind, is_profiled,
        coalesce(
            'R' || r_score || ' F' || f_score || ' M' || m_score, 'last purchase ' || last_order_date, 'no purchase yet'
        ) as of_value,
        coalesce('first purchase ' || first_order_date, 'no purchase yet') as of_lifecycle,
        'purchases: ' || window_orders as of_purchase,
        coalesce(
            'visits: ' || web_window_sessions || ', last ' || last_session_ended_at::date, 'not seen on the web'
        ) as of_behaviour,
        coalesce(location_source || ' address', 'no usable address') as of_place,
        coalesce(service_contacts || ' contacts in 365 days', 'not known') as of_service,
    from features
),

hard as (
    select
        customer_id, segmentation, case
            when is_profiling and not is_profiled then 'not_profiled'
            when segment is not null then segment
            when family = 'demographic' and customer_kind = 'company' then 'not_applicable'
            else 'unknown'
        end as segment,
        1.0::double as weight, true as is_primary, case
            when is_profiling and not is_profiled then 'objected to profiling'
            when segment is null then 'not known'
            when family = 'value' then of_value
            when family = 'lifecycle' then of_lifecycle
            when family = 'purchase' then of_purchase
            when family = 'behaviour' then of_behaviour
            when family = 'geographic' then of_place
            when family = 'service' then of_service
            else 'declared'
        end as reason,
    from unpivoted
    join catalogue using (segmentation)
    join evidence using (customer_id)
),

weighted as (
    select
        customer_id, 'category_mix' as segmentation, category as segment,
        net_amount / sum(net_amount) over (partition by customer_id) as weight, amount_rank = 1 as is_primary, 'purchases: ' || orders || ', EUR ' || net_amount as reason
    from categories
    where net_amount > 0
    union all
    select customer_id, dimension, scale, weight, is_primary, 'survey' from survey_scores
    union all
    select customer_id, 'interest', category, lift / sum(lift) over (partition by customer_id), amount_rank = 1, 'bought ' || orders
    from categories
    union all
    select
        customer_id, 'archetype', archetype, strength / sum(strength) over (partition by customer_id),
        row_number() over (partition by customer_id order by strength desc, archetype) = 1, 'strength ' || round(strength, 2)
    from (
        select customer_id, 'bargain_hunter' as archetype, discounted_orders / nullif(window_orders, 0) as strength from features
        union all
        select customer_id, 'returner', returned_orders / lifetime_orders from features
        union all
        select customer_id, 'gifter', gift_orders / lifetime_orders from features
        union all
        select customer_id, 'indecisive', abandoned_carts / carts from features
        union all
        select customer_id, 'researcher', product_views / pages_viewed from features
    ) where strength > 0.25
    union all
    select
        customer_id, 'business', segment, 1.0 / count(*) over (partition by customer_id),
        row_number() over (partition by customer_id order by segment) = 1, 'rule'
    from (
        select customer_id, 'big_spender' as segment from features where window_net_amount >= 1000
        union all
        select customer_id, 'engaged_online' from features where web_window_engaged_sessions >= 10
        union all
        select customer_id, 'needs_care' from features where service_contacts >= 4 or satisfaction < 3
    )
),

all_weighted as (
    select weighted.* from weighted join evidence using (customer_id) where is_profiled
    union all
    select customer_id, segmentation, if(is_profiled, 'unknown', 'not_profiled'), 1.0, true, 'not known'
    from evidence
    cross join (
        select unnest(['category_mix', 'core_values', 'lifestyle', 'attitude', 'interest', 'archetype', 'business']) as segmentation
    )
    where (customer_id, segmentation) not in (select customer_id, segmentation from weighted) or not is_profiled
)

select * from hard
union all
select * from all_weighted;
