-- Demand for product categories by region and segment within the window. It counts the lines that
-- customers chose: without postage, fees and returns. Amounts of few customers are hidden: a row
-- `hidden` has their sum over the segments of a region, over all regions that are hidden
-- themselves for the category, or over all categories that are.
{% set place = "market_region, country_code, region" %}
with
    segments as (
        select *
        from {{ ref("fct_customer_segments") }}
        where is_primary and segmentation in ('{{ regional_segmentations() | join("', '") }}')
    ),

    features as (select * from {{ ref("customer_features") }}),

    categories as (select * from {{ ref("int_customer_category_totals") }}),

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
        from categories
        inner join segments on categories.customer_id = segments.customer_id
        inner join features on categories.customer_id = features.customer_id
    ),

    totals as (
        select
            {{ place }},
            segmentation,
            segment,
            category,
            count(*) as buyers,
            sum(orders) as orders,
            sum(units) as units,
            sum(net_amount) as net_amount
        from bought_categories
        group by {{ place }}, segmentation, segment, category
    ),

    judged_totals as (
        select
            totals.*,
            segment_cells.cell is not null as is_hidden,
            region_cells.cell is not null as is_region_hidden,
            category_cells.cell is not null as is_category_hidden
        from totals
        left join
            hidden_cells as segment_cells
            on segment_cells.kind = 'region_segment_category'
            and totals.market_region = segment_cells.market_region
            and totals.country_code = segment_cells.country_code
            and totals.region = segment_cells.region
            and totals.segmentation = segment_cells.segmentation
            and totals.segment = segment_cells.segment
            and totals.category = segment_cells.category
        left join
            hidden_cells as region_cells
            on region_cells.kind = 'region_category'
            and totals.market_region = region_cells.market_region
            and totals.country_code = region_cells.country_code
            and totals.region = region_cells.region
            and totals.category = region_cells.category
        left join
            hidden_cells as category_cells
            on category_cells.kind = 'category'
            and totals.category = category_cells.category
    ),

    hidden_rows as (
        select
            {%- for column in ["market_region", "country_code", "region"] %}
                case when is_region_hidden then 'hidden' else {{ column }} end as {{ column }},
            {%- endfor %}
            segmentation,
            case when is_category_hidden then 'hidden' else category end as category,
            buyers,
            orders,
            units,
            net_amount
        from judged_totals
        where is_hidden
    ),

    hidden_totals as (
        select
            {{ place }},
            segmentation,
            category,
            sum(buyers) as buyers,
            sum(orders) as orders,
            sum(units) as units,
            sum(net_amount) as net_amount
        from hidden_rows
        group by {{ place }}, segmentation, category
    ),

    demand as (
        select
            {{ place }},
            segmentation,
            segment,
            category,
            buyers as customers,
            case when is_hidden then buyers else 0 end as hidden_customers,
            case when not is_hidden then orders end as orders,
            case when not is_hidden then units end as units,
            case when not is_hidden then net_amount end as net_amount
        from judged_totals
        union all
        select
            {{ place }},
            segmentation,
            'hidden',
            category,
            null,
            buyers
            {%- for total in ["orders", "units", "net_amount"] %}
                , case when not {{ is_small_cell("buyers") }} then {{ total }} end
            {%- endfor %}
        from hidden_totals
    ),

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
