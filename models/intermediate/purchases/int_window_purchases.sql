{{ config(materialized="view") }}
-- Purchases that RFM counts: within the window, of customers who may be profiled.
with
    orders as (select * from {{ ref("int_orders") }} where is_purchase and customer_id is not null),

    objections as (select * from {{ ref("int_profiling_objections") }}),

    final as (
        select
            orders.order_id,
            orders.customer_id,
            orders.order_date,
            orders.gross_amount,
            orders.discount_amount,
            orders.exchange_rate,
            orders.is_discounted,
            orders.has_discounted_lines,
            orders.channel,
            orders.payment_method,
            orders.intent
        from orders
        cross join {{ ref("as_of") }} as as_of
        left join objections on orders.customer_id = objections.customer_id
        where
            objections.customer_id is null
            and {{ dbt.datediff("orders.order_date", "as_of.as_of_date", "day") }}
            < {{ var("rfm_window_days") }}
    )

select *
from final
