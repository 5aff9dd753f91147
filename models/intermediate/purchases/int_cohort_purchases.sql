-- Ages are calendar months, so that an age ends on the same day for all customers of a month. A
-- repeat is a purchase on a later day than the first: two orders of one day are one occasion. The
-- first category is the one with the largest amount of the first order.
with
    orders as (
        select
            orders.order_id,
            orders.customer_id,
            orders.order_date,
            orders.channel,
            orders.net_amount,
            {{ month_number("orders.order_date") }} as month_number,
            row_number() over (
                partition by orders.customer_id order by orders.ordered_at, orders.order_id
            ) as order_rank
        from {{ ref("int_orders") }} as orders
        inner join
            {{ ref("int_profiled_customers") }} as customers
            on orders.customer_id = customers.customer_id
        where orders.is_purchase
    ),

    first_orders as (select * from orders where order_rank = 1),

    category_amounts as (
        select
            first_orders.customer_id,
            order_lines.category,
            sum(order_lines.gross_amount - order_lines.discount_amount) as amount
        from first_orders
        inner join
            {{ ref("int_order_lines") }} as order_lines
            on first_orders.order_id = order_lines.order_id
        where
            order_lines.category is not null
            and not order_lines.is_service
            and order_lines.units > 0
        group by first_orders.customer_id, order_lines.category
    ),

    ranked_categories as (
        select
            *,
            row_number() over (
                partition by customer_id order by amount desc, category asc
            ) as category_rank
        from category_amounts
    ),

    cohorts as (
        select
            first_orders.customer_id,
            first_orders.order_date as first_date,
            first_orders.month_number as first_month_number,
            substring(cast(first_orders.order_date as string), 1, 7) as first_month,
            coalesce(first_orders.channel, 'unknown') as first_channel,
            coalesce(ranked_categories.category, 'unknown') as first_category
        from first_orders
        left join
            ranked_categories
            on first_orders.customer_id = ranked_categories.customer_id
            and ranked_categories.category_rank = 1
    ),

    months as (
        select
            orders.customer_id,
            orders.month_number,
            count(*) as orders,
            sum(orders.net_amount) as net_amount,
            count(*) filter (where orders.order_date > cohorts.first_date) > 0 as is_repeat
        from orders
        inner join cohorts on orders.customer_id = cohorts.customer_id
        group by orders.customer_id, orders.month_number
    ),

    final as (
        select
            months.customer_id,
            months.month_number - cohorts.first_month_number as age_months,
            cohorts.first_month_number,
            cohorts.first_month,
            cohorts.first_channel,
            cohorts.first_category,
            months.month_number < {{ month_number(next_day("as_of.as_of_date")) }} as is_complete,
            months.orders,
            cast(months.net_amount as decimal(18, 2)) as net_amount,
            months.is_repeat,
            months.is_repeat
            and sum(case when months.is_repeat then 1 else 0 end) over (
                partition by months.customer_id
                order by months.month_number
                rows between unbounded preceding and current row
            )
            = 1 as is_first_repeat
        from months
        inner join cohorts on months.customer_id = cohorts.customer_id
        cross join {{ ref("as_of") }} as as_of
    )

select *
from final
