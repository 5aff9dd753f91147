{{ config(meta={"dagster": {"ref": {"name": "agg_region_demand"}}}) }}
-- The regions of a segmentation, hidden ones included, sum to all customers.
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
            count(*) filter (where customer_orders.window_orders > 0) as buyers,
            coalesce(sum(customer_orders.window_orders), 0) as orders,
            coalesce(sum(customer_orders.window_units), 0) as units,
            coalesce(sum(customer_orders.window_net_amount), 0) as net_amount
        from {{ ref("int_customers") }} as customers
        left join
            {{ ref("int_customer_orders") }} as customer_orders
            on customers.customer_id = customer_orders.customer_id
    )

select region_totals.*
from region_totals
cross join customer_totals
where
    region_totals.customers <> customer_totals.customers
    -- Rows of few customers show no amounts.
    or (
        (
            region_totals.buyers is distinct from customer_totals.buyers
            or region_totals.orders is distinct from customer_totals.orders
            or region_totals.units is distinct from customer_totals.units
            or region_totals.net_amount is distinct from customer_totals.net_amount
        )
        and not {{ is_small_cell("customer_totals.customers", "customer_totals.buyers") }}
    )
