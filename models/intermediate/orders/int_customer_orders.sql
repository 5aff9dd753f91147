with
    orders as (select * from {{ ref("int_orders") }} where is_purchase),

    dated_orders as (
        select
            orders.*, {{ dbt.datediff("orders.order_date", "as_of.as_of_date", "day") }} as days_ago
        from orders
        cross join {{ ref("as_of") }} as as_of
    ),

    final as (
        select
            customer_id,
            min(order_date) as first_order_date,
            max(order_date) as last_order_date,
            cast(min(days_ago) as int) as recency_days,
            count(*) as lifetime_orders,
            cast(sum(net_amount) as decimal(18, 2)) as lifetime_net_amount,
            count(*) filter (where days_ago < {{ var("rfm_window_days") }}) as window_orders,
            cast(
                coalesce(
                    sum(net_amount) filter (where days_ago < {{ var("rfm_window_days") }}), 0
                ) as decimal(18, 2)
            ) as window_net_amount,
            cast(
                coalesce(
                    sum(units) filter (where days_ago < {{ var("rfm_window_days") }}), 0
                ) as decimal(18, 3)
            ) as window_units,
            max(days_ago) filter (where days_ago < {{ var("rfm_window_days") }}) as window_age_days,
            count(*) filter (where days_ago < 30) as orders_30_days,
            count(*) filter (where days_ago < 90) as orders_90_days,
            cast(
                coalesce(sum(net_amount) filter (where days_ago < 90), 0) as decimal(18, 2)
            ) as net_amount_90_days
        from dated_orders
        where customer_id is not null
        group by customer_id
    )

select *
from final
