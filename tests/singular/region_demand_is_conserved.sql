{{ config(meta={"dagster": {"ref": {"name": "agg_region_demand"}}}) }}
-- The regions of a segmentation have together what all customers have, what is hidden included.
with
    region_totals as (
        select
            segmentation,
            sum(customers) as customers,
            sum(buyers) as buyers,
            sum(orders) as orders,
            sum(units) as units,
            sum(net_amount) as net_amount
        from {{ ref("agg_region_demand") }}
        group by segmentation
    ),

    customer_totals as (
        select
            count(*) as customers,
            count(*) filter (where window_orders > 0) as buyers,
            sum(window_orders) as orders,
            sum(window_units) as units,
            sum(window_net_amount) as net_amount
        from {{ ref("customer_features") }}
    )

select region_totals.*
from region_totals
cross join customer_totals
where
    region_totals.customers <> customer_totals.customers
    -- Nothing at all is shown of a few customers.
    or (
        (
            region_totals.buyers is distinct from customer_totals.buyers
            or region_totals.orders is distinct from customer_totals.orders
            or region_totals.units is distinct from customer_totals.units
            or region_totals.net_amount is distinct from customer_totals.net_amount
        )
        and not {{ is_small_cell("customer_totals.customers", "customer_totals.buyers") }}
    )
