{{ config(meta={"dagster": {"ref": {"name": "agg_region_category_demand"}}}) }}
-- The rows of a segmentation, hidden ones included, sum to all lines of customers.
with
    line_totals as (
        select
            count(*) as customers,
            count(distinct customer_id) as buyers,
            sum(orders) as orders,
            sum(units) as units,
            sum(net_amount) as net_amount
        from {{ ref("int_customer_categories") }}
    ),

    demand_totals as (
        select
            segmentation,
            sum(customers) as customers,
            sum(orders) as orders,
            sum(units) as units,
            sum(net_amount) as net_amount
        from {{ ref("agg_region_category_demand") }}
        group by segmentation
    )

select demand_totals.*
from demand_totals
cross join line_totals
where
    demand_totals.customers <> line_totals.customers
    -- Rows of few customers show no amounts.
    or (
        (
            demand_totals.orders is distinct from line_totals.orders
            or demand_totals.units is distinct from line_totals.units
            or demand_totals.net_amount is distinct from line_totals.net_amount
        )
        and not {{ is_small_cell("line_totals.buyers") }}
    )
