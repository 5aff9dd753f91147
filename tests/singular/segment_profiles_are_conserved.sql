{{ config(meta={"dagster": {"ref": {"name": "agg_segment_profiles"}}}) }}
-- The segments of a segmentation, hidden ones included, sum to all customers.
with
    segment_totals as (
        select
            segmentation,
            sum(customers) as customers,
            sum(case when segment <> 'hidden' then hidden_customers else 0 end) as hidden_customers,
            sum(
                case when segment = 'hidden' then hidden_customers else 0 end
            ) as customers_of_hidden_row,
            sum(buyers) as buyers,
            sum(orders) as orders,
            sum(net_amount) as net_amount
        from {{ ref("agg_segment_profiles") }}
        group by segmentation
    ),

    customer_totals as (
        select
            count(*) as customers,
            count(*) filter (where customer_orders.window_orders > 0) as buyers,
            coalesce(sum(customer_orders.window_orders), 0) as orders,
            coalesce(sum(customer_orders.window_net_amount), 0) as net_amount
        from {{ ref("int_customers") }} as customers
        left join
            {{ ref("int_customer_orders") }} as customer_orders
            on customers.customer_id = customer_orders.customer_id
    )

select segment_totals.*
from segment_totals
cross join customer_totals
where
    segment_totals.customers <> customer_totals.customers
    or segment_totals.hidden_customers <> segment_totals.customers_of_hidden_row
    -- Rows of few customers show no amounts.
    or (
        (
            segment_totals.buyers is distinct from customer_totals.buyers
            or segment_totals.orders is distinct from customer_totals.orders
            or segment_totals.net_amount is distinct from customer_totals.net_amount
        )
        and not {{ is_small_cell("customer_totals.customers", "customer_totals.buyers") }}
    )
