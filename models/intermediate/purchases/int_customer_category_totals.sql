-- The one pass over the lines of the purchases. Every line is converted and rounded by itself, so
-- that the totals of the customers add up to those of the lines.
with
    purchases as (select * from {{ ref("int_window_purchases") }}),

    -- Postage and fees were chosen by nobody, and what went back was not bought in the end.
    chosen_lines as (
        select *
        from {{ ref("int_order_lines") }}
        where
            category is not null and not is_service
            {{ 'and not is_returned' if var('order_value_after_refunds') }}
    ),

    purchased_lines as (
        select
            purchases.customer_id,
            purchases.order_id,
            purchases.exchange_rate as rate,
            chosen_lines.category,
            chosen_lines.product_id,
            chosen_lines.units,
            chosen_lines.gross_amount,
            round(chosen_lines.gross_amount, 2) - chosen_lines.discount_amount
            {{ '- chosen_lines.refund_amount' if var('order_value_after_refunds') }} as net_amount
        from chosen_lines
        inner join purchases on chosen_lines.order_id = purchases.order_id
    ),

    final as (
        select
            customer_id,
            category,
            count(distinct order_id) as orders,
            count(distinct product_id) as products,
            cast(sum(units) as decimal(18, 3)) as units,
            cast(
                sum({{ in_reporting_currency("gross_amount") }}) as decimal(18, 2)
            ) as gross_amount,
            cast(sum({{ in_reporting_currency("net_amount") }}) as decimal(18, 2)) as net_amount
        from purchased_lines
        group by customer_id, category
    )

select *
from final
