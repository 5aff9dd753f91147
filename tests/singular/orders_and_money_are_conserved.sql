{{ config(meta={"dagster": {"ref": {"name": "int_orders"}}}) }}
-- No join of int_orders and int_customer_orders multiplies or loses an order or a cent: rows,
-- amounts before conversion, and purchases by customer plus anonymous purchases. customer_features
-- only has purchases of customers who may be profiled.
with
    staged_orders as (
        select count(*) as orders, coalesce(sum(gross_amount), 0) as gross_amount
        from {{ accepted_rows("stg_shop__orders") }}
        where currency = '{{ var("reporting_currency") }}'
    ),

    valued_orders as (
        select count(*) as orders, coalesce(sum(valued.gross_amount), 0) as gross_amount
        from {{ ref("int_orders") }} as valued
        inner join
            {{ accepted_rows("stg_shop__orders") }} as staged on valued.order_id = staged.order_id
        where
            staged.currency = '{{ var("reporting_currency") }}' and staged.gross_amount is not null
    ),

    unvalued_orders as (
        select count(*) as orders
        from {{ accepted_rows("stg_shop__orders") }}
        where currency = '{{ var("reporting_currency") }}' and gross_amount is null
    ),

    all_orders as (select count(*) as orders from {{ accepted_rows("stg_shop__orders") }}),

    all_valued_orders as (select count(*) as orders from {{ ref("int_orders") }}),

    purchases as (
        select
            count(*) as orders,
            coalesce(sum(net_amount), 0) as net_amount,
            count(*) filter (where customer_id is null) as anonymous_orders,
            coalesce(sum(net_amount) filter (where customer_id is null), 0) as anonymous_net_amount
        from {{ ref("int_orders") }}
        where is_purchase
    ),

    customer_totals as (
        select
            coalesce(sum(lifetime_orders), 0) as orders,
            coalesce(sum(lifetime_net_amount), 0) as net_amount
        from {{ ref("int_customer_orders") }}
    ),

    profiled_totals as (
        select
            coalesce(sum(customer_orders.lifetime_orders), 0) as orders,
            coalesce(sum(customer_orders.lifetime_net_amount), 0) as net_amount
        from {{ ref("int_customer_orders") }} as customer_orders
        inner join
            {{ ref("int_profiled_customers") }} as profiled_customers
            on customer_orders.customer_id = profiled_customers.customer_id
    ),

    feature_totals as (
        select
            coalesce(sum(lifetime_orders), 0) as orders,
            coalesce(sum(lifetime_net_amount), 0) as net_amount
        from {{ ref("customer_features") }}
    )

select 'an order was lost or multiplied' as problem
from all_orders
cross join all_valued_orders
where all_orders.orders <> all_valued_orders.orders
union all
select 'gross amounts changed'
from staged_orders
cross join valued_orders
cross join unvalued_orders
where
    staged_orders.gross_amount <> valued_orders.gross_amount
    or staged_orders.orders <> valued_orders.orders + unvalued_orders.orders
union all
select 'purchases of customers and anonymous purchases do not add up'
from purchases
cross join customer_totals
where
    purchases.orders <> customer_totals.orders + purchases.anonymous_orders
    or purchases.net_amount <> customer_totals.net_amount + purchases.anonymous_net_amount
union all
select 'purchases of profiled customers are not those of their features'
from profiled_totals
cross join feature_totals
where
    profiled_totals.orders <> feature_totals.orders
    or profiled_totals.net_amount <> feature_totals.net_amount
