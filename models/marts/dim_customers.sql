-- No direct identifiers: contact_id and account_id are keys to the CRM for users with access to it.
-- Customers who object to profiling are not in customer_features: they have the kind, the keys to
-- the CRM and the quiet hours; everything derived is empty.
{% set segmentations = wide_segmentations() %}
with
    customers as (select * from {{ ref("int_customers") }}),

    locations as (select * from {{ ref("int_customer_locations") }}),

    time_zone_hours as (select * from {{ ref("int_time_zone_hours") }}),

    features as (select * from {{ ref("customer_features") }}),

    scores as (select * from {{ ref("int_rfm_scores") }} where population = 'customers'),

    cluster_scores as (select * from {{ ref("int_cluster_scores") }}),

    segments as (select * from {{ ref("fct_customer_segments") }} where is_primary),

    primary_segments as (
        select
            customer_id,
            {%- for segmentation in segmentations %}
                max(
                    case when segmentation = '{{ segmentation }}' then segment end
                ) as {{ segmentation }}
                {{- ',' if not loop.last }}
            {%- endfor %}
        from segments
        group by customer_id
    ),

    final as (
        select
            cast(customers.customer_id as string) as customer_id,
            cast(customers.customer_kind as string) as customer_kind,
            cast(customers.contact_id as string) as contact_id,
            cast(customers.account_id as string) as account_id,
            features.customer_id is not null as is_profiled,
            cast(features.first_seen_date as date) as first_seen_date,
            cast(features.first_order_date as date) as first_order_date,
            cast(features.last_order_date as date) as last_order_date,
            cast(features.recency_days as int) as recency_days,
            cast(features.lifetime_orders as bigint) as lifetime_orders,
            cast(features.lifetime_net_amount as decimal(18, 2)) as lifetime_net_amount,
            cast(features.window_orders as bigint) as window_orders,
            cast(features.window_net_amount as decimal(18, 2)) as window_net_amount,
            cast(features.average_order_value as decimal(18, 2)) as average_order_value,
            cast(scores.r_score as int) as r_score,
            cast(scores.f_score as int) as f_score,
            cast(scores.m_score as int) as m_score,
            cast(features.probability_alive as double) as probability_alive,
            cast(features.expected_next_order_date as date) as expected_next_order_date,
            cast(features.clv_90d as decimal(18, 2)) as clv_90d,
            cast(features.clv_365d as decimal(18, 2)) as clv_365d,
            cast(features.historic_value_rank as int) as historic_value_rank,
            cast(features.expected_value_rank as int) as expected_value_rank,
            cast({{ rounded("cluster_scores.margin", 6) }} as double) as cluster_margin,
            cast({{ rounded("cluster_scores.entropy", 6) }} as double) as cluster_entropy,
            cast(features.country_code as string) as country_code,
            cast(features.market_region as string) as market_region,
            cast(features.region as string) as region,
            cast(features.city as string) as city,
            cast(features.location_precision as string) as location_precision,
            cast(locations.time_zone as string) as time_zone,
            cast(time_zone_hours.utc_offset_minutes as int) as utc_offset_minutes,
            cast(time_zone_hours.quiet_from_utc as string) as quiet_from_utc,
            cast(time_zone_hours.quiet_until_utc as string) as quiet_until_utc,
            {%- for segmentation in segmentations %}
                cast(primary_segments.{{ segmentation }} as string) as {{ segmentation }}_segment
                {{- ',' if not loop.last }}
            {%- endfor %}
        from customers
        inner join primary_segments on customers.customer_id = primary_segments.customer_id
        left join features on customers.customer_id = features.customer_id
        left join locations on customers.customer_id = locations.customer_id
        left join time_zone_hours on locations.time_zone = time_zone_hours.time_zone
        left join scores on customers.customer_id = scores.customer_id
        left join cluster_scores on customers.customer_id = cluster_scores.customer_id
    )

select *
from final
