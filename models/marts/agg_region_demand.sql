-- Demand within the window, for distribution. Each customer is in one segment of each segmentation
-- and in one region, so that the rows of a segmentation add up to all purchases of customers.
-- Customers that object to profiling are in the region unknown; their purchases count. Amounts of
-- few customers are hidden: a row `hidden` has their sum over the segments of a region or, if the
-- region is hidden itself, over all such regions.
{% set place = "market_region, country_code, region" %}
with
    segments as (
        select *
        from {{ ref("fct_customer_segments") }}
        where is_primary and segmentation in ('{{ regional_segmentations() | join("', '") }}')
    ),

    features as (select * from {{ ref("customer_features") }}),

    hidden_cells as (select * from {{ ref("hidden_cells") }}),

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

    totals as (
        select
            {{ place }},
            segmentation,
            segment,
            count(*) as customers,
            count(*) filter (where window_orders > 0) as buyers,
            sum(window_orders) as orders,
            sum(window_units) as units,
            sum(window_net_amount) as net_amount
        from located_customers
        group by {{ place }}, segmentation, segment
    ),

    {{ with_demand() }},

    final as (
        select
            cast(market_region as string) as market_region,
            cast(country_code as string) as country_code,
            cast(region as string) as region,
            cast(segmentation as string) as segmentation,
            cast(segment as string) as segment,
            cast(customers as bigint) as customers,
            cast(hidden_customers as bigint) as hidden_customers,
            cast(buyers as bigint) as buyers,
            cast(orders as bigint) as orders,
            cast(units as decimal(18, 3)) as units,
            cast(net_amount as decimal(18, 2)) as net_amount
        from demand
    )

select *
from final
