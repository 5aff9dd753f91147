{{ config(meta={"dagster": {"ref": {"name": "agg_region_demand"}}}) }}
-- The regions of a segmentation have together what all customers have.
with
    region_totals as (
        select
            segmentation,
            sum(customers) as customers,
            sum(orders) as orders,
            sum(units) as units,
            sum(net_amount) as net_amount
        from {{ ref("agg_region_demand") }}
        group by segmentation
    ),

    customer_totals as (
        select
            count(*) as customers,
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
    or region_totals.orders <> customer_totals.orders
    or region_totals.units <> customer_totals.units
    or region_totals.net_amount <> customer_totals.net_amount
