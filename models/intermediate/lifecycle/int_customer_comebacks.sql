-- A comeback is a purchase after a gap in which the customer counted as lapsed.
with
    orders as (select * from {{ ref("int_orders") }} where is_purchase and customer_id is not null),

    order_days as (select distinct customer_id, order_date from orders),

    order_gaps as (
        select
            customer_id,
            order_date,
            lag(order_date) over (
                partition by customer_id order by order_date
            ) as previous_order_date
        from order_days
    ),

    comebacks as (
        select
            customer_id,
            order_date as comeback_date,
            {{ dbt.datediff("previous_order_date", "order_date", "day") }} as gap_days
        from order_gaps
        where previous_order_date is not null
    ),

    ranked_comebacks as (
        select
            *,
            row_number() over (
                partition by customer_id order by comeback_date desc
            ) as comeback_rank
        from comebacks
        where gap_days >= {{ var("lifecycle_lapsed_days") }}
    ),

    final as (
        select customer_id, comeback_date, cast(gap_days as int) as comeback_gap_days
        from ranked_comebacks
        where comeback_rank = 1
    )

select *
from final
