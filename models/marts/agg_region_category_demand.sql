-- Demand for product categories by region and segment within the window. It counts the lines that
-- customers chose: without postage, fees and returns. Amounts of few customers are hidden; a row
-- `hidden` has the sum over the segments of a region. If regions or categories are hidden
-- themselves, the sum is over all of these.
{% set place = "market_region, country_code, region" %}
with
    segments as (
        select *
        from {{ ref("fct_customer_segments") }}
        where is_primary and segmentation in ('{{ regional_segmentations() | join("', '") }}')
    ),

    features as (select * from {{ ref("customer_features") }}),

    hidden_cells as (select * from {{ ref("hidden_cells") }}),

    bought_categories as (
        select
            coalesce(features.market_region, 'unknown') as market_region,
            coalesce(features.country_code, 'unknown') as country_code,
            coalesce(features.region, 'unknown') as region,
            segments.segmentation,
            segments.segment,
            categories.category,
            categories.orders,
            categories.units,
            categories.net_amount
        from {{ ref("int_customer_categories") }} as categories
        inner join segments on categories.customer_id = segments.customer_id
        inner join features on categories.customer_id = features.customer_id
    ),

    totals as (
        select
            {{ place }},
            segmentation,
            segment,
            category,
            count(*) as customers,
            count(*) as buyers,
            sum(orders) as orders,
            sum(units) as units,
            sum(net_amount) as net_amount
        from bought_categories
        group by {{ place }}, segmentation, segment, category
    ),

    {{ with_demand(by_category=true) }},

    final as (
        select
            cast(market_region as string) as market_region,
            cast(country_code as string) as country_code,
            cast(region as string) as region,
            cast(segmentation as string) as segmentation,
            cast(segment as string) as segment,
            cast(category as string) as category,
            cast(customers as bigint) as customers,
            cast(hidden_customers as bigint) as hidden_customers,
            cast(orders as bigint) as orders,
            cast(units as decimal(18, 3)) as units,
            cast(net_amount as decimal(18, 2)) as net_amount
        from demand
    )

select *
from final
