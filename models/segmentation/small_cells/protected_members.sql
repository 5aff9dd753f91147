-- Every cell of the published aggregates that show money, beside the customers whose amounts
-- nobody may calculate: everybody in a small cell, and a random sample of others. If the amounts
-- of a part of the customers stay unknown, the amounts of all do. If too many customers are in
-- small cells, nobody is listed, and subtraction is tried only within groups of cells. A cell
-- without a category has all purchases of its customers. Cohorts have other amounts, those of an
-- age: their people are counted and drawn apart. This is one file, because a cell and its members
-- are counted together.
{%- set keys = [
    "kind",
    "market_region",
    "country_code",
    "region",
    "segmentation",
    "segment",
    "category",
] %}
{%- set others = 5000 %}
{%- set most_people = 20000 %}
{#- One row per cell and customer: a hundred per customer, so it is read three times and never kept. -#}
{%- set members %}
    (
        select
            cells_of_customers.kind,
            cells_of_customers.kind = 'cohort' as is_of_cohorts,
            {%- for column in ["market_region", "country_code", "region"] %}
                case
                    when cells_of_customers.kind like 'region%' then customers.{{ column }}
                end as {{ column }},
            {%- endfor %}
            cells_of_customers.segmentation,
            cells_of_customers.segment,
            cells_of_customers.category,
            customers.customer_id,
            customers.is_buyer or cells_of_customers.kind = 'cohort' as is_buyer
        from
            (
                select
                    'segment' as kind, customer_id, segmentation, segment, cast(null as string) as category
                from {{ ref("customer_segments") }}
                where is_primary
                union all
                select 'region', people_of_regions.customer_id, null, null, null
                from customers as people_of_regions
                union all
                -- goal_results has the amount of all companies.
                select 'company', companies.customer_id, null, null, null
                from customers as companies
                where companies.has_features and companies.customer_kind = 'company'
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
                union all
                select
                    'segment_category',
                    categories.customer_id,
                    price_segments.segmentation,
                    price_segments.segment,
                    categories.category
                from categories
                inner join price_segments on categories.customer_id = price_segments.customer_id
                {%- for breakdown in ["all", "month", "channel", "category"] %}
                    union all
                    select
                        'cohort',
                        customer_id,
                        '{{ breakdown }}',
                        {{ "'all'" if breakdown == "all" else "first_" ~ breakdown }},
                        {{ age_of_cohort("age_months", "is_complete") }}
                    from cohorts
                {%- endfor %}
            ) as cells_of_customers
        inner join customers on cells_of_customers.customer_id = customers.customer_id
    ) as members
{%- endset %}
with
    customers as (
        select
            all_customers.customer_id,
            all_customers.customer_kind,
            coalesce(features.market_region, 'unknown') as market_region,
            coalesce(features.country_code, 'unknown') as country_code,
            coalesce(features.region, 'unknown') as region,
            features.customer_id is not null as has_features,
            coalesce(customer_orders.window_orders, 0) > 0 as is_buyer
        from {{ ref("int_customers") }} as all_customers
        left join
            {{ ref("customer_features") }} as features
            on all_customers.customer_id = features.customer_id
        left join
            {{ ref("int_customer_orders") }} as customer_orders
            on all_customers.customer_id = customer_orders.customer_id
    ),

    regional_segments as (
        select customer_id, segmentation, segment
        from {{ ref("customer_segments") }}
        where is_primary and segmentation in ('{{ regional_segmentations() | join("', '") }}')
    ),

    price_segments as (
        select customer_id, segmentation, segment
        from {{ ref("customer_segments") }}
        where is_primary and segmentation in ('{{ price_segmentations() | join("', '") }}')
    ),

    categories as (select customer_id, category from {{ ref("int_customer_categories") }}),

    cohorts as (select * from {{ ref("int_cohort_purchases") }}),

    counted_cells as (
        select
            {{ keys | join(", ") }},
            count(*) as customers,
            count(*) filter (where is_buyer) as buyers
        from {{ members }}
        group by {{ keys | join(", ") }}
    ),

    cells as (
        select
            *,
            row_number() over (
                order by
                    {% for key in keys %}
                        {{ key }} asc nulls last {{- ', ' if not loop.last }}
                    {% endfor %}
            ) as cell
        from counted_cells
    ),

    people_of_small_cells as (
        select distinct members.is_of_cohorts, members.customer_id
        from {{ members }}
        inner join
            cells
            on {% for key in keys -%}
                members.{{ key }} is not distinct from cells.{{ key }} {{ 'and ' if not loop.last }}
            {%- endfor %}
        where {{ is_small_cell("cells.customers", "cells.buyers") }}
    ),

    drawn_people as (
        select customer_id
        from customers
        where has_features
        order by md5(customer_id), customer_id
        limit {{ others }}
    ),

    people as (
        select is_of_cohorts, customer_id, true as is_of_small_cell
        from people_of_small_cells
        union all
        select sums.is_of_cohorts, drawn_people.customer_id, false
        from drawn_people
        cross join
            (
                select true as is_of_cohorts
                union all
                select false
            ) as sums
    ),

    counts as (
        select is_of_cohorts, count(*) filter (where is_of_small_cell) as people
        from people
        group by is_of_cohorts
    ),

    listed_people as (
        select distinct people.is_of_cohorts, people.customer_id
        from people
        inner join counts on people.is_of_cohorts = counts.is_of_cohorts
        where counts.people <= {{ most_people }}
        -- There are fewer; a database that knows it keeps them in memory, not the members.
        order by people.is_of_cohorts, people.customer_id
        limit {{ 2 * (others + most_people) }}
    ),

    members_of_people as (
        select members.*
        from {{ members }}
        inner join
            listed_people
            on members.customer_id = listed_people.customer_id
            and members.is_of_cohorts = listed_people.is_of_cohorts
    ),

    final as (
        select
            cells.cell,
            {%- for key in keys %} cells.{{ key }}, {%- endfor %}
            cells.customers,
            cells.buyers,
            members_of_people.customer_id,
            members_of_people.is_buyer
        from cells
        left join
            members_of_people
            on {% for key in keys -%}
                cells.{{ key }} is not distinct from members_of_people.{{ key }}
                {{ 'and ' if not loop.last }}
            {%- endfor %}
    )

select *
from final
