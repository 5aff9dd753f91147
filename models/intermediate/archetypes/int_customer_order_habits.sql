-- Habits of a customer's orders. Fully returned orders count here, because returning is a habit.
with
    orders as (
        select *
        from {{ ref("int_orders") }}
        where
            customer_id is not null
            and not is_test
            and status in ('{{ var("order_purchase_statuses") | join("', '") }}')
            and gross_amount > 0
    ),

    labelled_orders as (
        select
            *,
            coalesce(shipping_country <> billing_country, false)
            or coalesce(
                shipping_postcode <> billing_postcode, shipping_city <> billing_city, false
            ) as is_sent_elsewhere
        from orders
    ),

    -- Several orders on one day are one occasion.
    order_days as (select distinct customer_id, order_date from orders),

    gaps as (
        select
            customer_id,
            {{
                dbt.datediff(
                    "lag(order_date) over (partition by customer_id order by order_date)",
                    "order_date",
                    "day",
                )
            }} as gap_days
        from order_days
    ),

    gap_totals as (
        select
            customer_id,
            count(*) as order_days,
            {{ exact_mean("gap_days") }} as mean_gap_days,
            {{ exact_stddev("gap_days") }} as gap_deviation_days
        from gaps
        group by customer_id
    ),

    order_totals as (
        select
            customer_id,
            count(*) as orders,
            count(*) filter (where discount_amount > 0) as discounted_orders,
            count(*) filter (where refund_amount > 0) as returned_orders,
            count(*) filter (where is_gift) as gift_orders,
            count(*) filter (where is_gift or is_sent_elsewhere) as gift_or_elsewhere_orders
        from labelled_orders
        group by customer_id
    ),

    final as (
        select
            order_totals.customer_id,
            order_totals.orders,
            order_totals.discounted_orders,
            order_totals.returned_orders,
            order_totals.gift_orders,
            order_totals.gift_or_elsewhere_orders,
            gap_totals.order_days,
            gap_totals.mean_gap_days,
            gap_totals.gap_deviation_days / gap_totals.mean_gap_days as gap_variation
        from order_totals
        inner join gap_totals on order_totals.customer_id = gap_totals.customer_id
    )

select *
from final
