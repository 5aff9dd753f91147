-- Demand within the window, for distribution. Each customer is in one segment of each segmentation
-- and in one region, so that the rows of a segmentation add up to all purchases of customers. Where
-- customers live who object to profiling is unknown; their purchases count.
{% set segmentations = ["rfm", "lifecycle"] %}
with
    segments as (
        select *
        from {{ ref("fct_customer_segments") }}
        where is_primary and segmentation in ('{{ segmentations | join("', '") }}')
    ),

    features as (select * from {{ ref("customer_features") }}),

    customer_orders as (select * from {{ ref("int_customer_orders") }}),

    located_customers as (
        select
            segments.segmentation,
            segments.segment,
            coalesce(features.market_region, 'unknown') as market_region,
            coalesce(features.country_code, 'unknown') as country_code,
            coalesce(features.region, 'unknown') as region,
            coalesce(customer_orders.window_orders, 0) as window_orders,
            coalesce(customer_orders.window_units, 0) as window_units,
            coalesce(customer_orders.window_net_amount, 0) as window_net_amount
        from segments
        left join features on segments.customer_id = features.customer_id
        left join customer_orders on segments.customer_id = customer_orders.customer_id
    ),

    final as (
        select
            cast(market_region as {{ dbt.type_string() }}) as market_region,
            cast(country_code as {{ dbt.type_string() }}) as country_code,
            cast(region as {{ dbt.type_string() }}) as region,
            cast(segmentation as {{ dbt.type_string() }}) as segmentation,
            cast(segment as {{ dbt.type_string() }}) as segment,
            cast(count(*) as bigint) as customers,
            cast(count(*) filter (where window_orders > 0) as bigint) as buyers,
            cast(sum(window_orders) as bigint) as orders,
            cast(sum(window_units) as decimal(18, 3)) as units,
            cast(sum(window_net_amount) as decimal(18, 2)) as net_amount
        from located_customers
        group by market_region, country_code, region, segmentation, segment
    )

select *
from final
