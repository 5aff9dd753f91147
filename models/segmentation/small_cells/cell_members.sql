{{ config(materialized="view") }}
-- Customers in each cell of the published aggregates that show money. A cell without a category
-- has all purchases of its customers.
with
    customers as (
        select
            all_customers.customer_id,
            coalesce(features.market_region, 'unknown') as market_region,
            coalesce(features.country_code, 'unknown') as country_code,
            coalesce(features.region, 'unknown') as region,
            coalesce(customer_orders.window_orders, 0) > 0 as is_buyer
        from {{ ref("int_customers") }} as all_customers
        left join
            {{ ref("customer_features") }} as features
            on all_customers.customer_id = features.customer_id
        left join
            {{ ref("int_customer_orders") }} as customer_orders
            on all_customers.customer_id = customer_orders.customer_id
    ),

    segments as (
        select customer_id, segmentation, segment
        from {{ ref("customer_segments") }}
        where is_primary
    ),

    regional_segments as (
        select *
        from segments
        where segmentation in ('{{ regional_segmentations() | join("', '") }}')
    ),

    categories as (select customer_id, category from {{ ref("int_customer_categories") }}),

    cells_of_customers as (
        select
            'segment' as kind, customer_id, segmentation, segment, cast(null as string) as category
        from segments
        union all
        select 'region', customer_id, null, null, null
        from customers
        union all
        select 'region_segment', customer_id, segmentation, segment, null
        from regional_segments
        union all
        select 'category', customer_id, null, null, category
        from categories
        union all
        select 'region_category', customer_id, null, null, category
        from categories
        union all
        select
            'region_segment_category',
            categories.customer_id,
            regional_segments.segmentation,
            regional_segments.segment,
            categories.category
        from categories
        inner join regional_segments on categories.customer_id = regional_segments.customer_id
    ),

    final as (
        select
            cells_of_customers.kind,
            {%- for column in ["market_region", "country_code", "region"] %}
                case
                    when cells_of_customers.kind like 'region%' then customers.{{ column }}
                end as {{ column }},
            {%- endfor %}
            cells_of_customers.segmentation,
            cells_of_customers.segment,
            cells_of_customers.category,
            customers.customer_id,
            customers.is_buyer
        from cells_of_customers
        inner join customers on cells_of_customers.customer_id = customers.customer_id
    )

select *
from final
