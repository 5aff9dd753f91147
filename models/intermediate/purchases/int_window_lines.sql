-- Postage and fees are left out, because customers do not choose them, and returned lines, because
-- nothing was bought. Lines with a negative quantity or price are exchanges and deductions: only
-- the amount of the order counts them. Each line is converted and rounded by itself, so that
-- totals of customers are the sums of lines.
with
    purchases as ({{ window_purchases() }}),

    chosen_lines as (
        select *
        from {{ ref("int_order_lines") }}
        where
            product_id is not null and not is_service and units > 0 and gross_amount >= 0
            {{ 'and not is_returned' if var('order_value_after_refunds') }}
    ),

    purchased_lines as (
        select
            purchases.customer_id,
            purchases.order_date,
            purchases.exchange_rate as rate,
            chosen_lines.order_id,
            chosen_lines.product_id,
            chosen_lines.product_name,
            chosen_lines.is_available,
            chosen_lines.category,
            chosen_lines.units,
            chosen_lines.unit_cost,
            -- A discount of the whole order is one of all lines.
            chosen_lines.discount_amount > 0
            or chosen_lines.promotion_id is not null
            or (purchases.is_discounted and not purchases.has_discounted_lines) as is_discounted,
            -- Rounded as a double, because rounding wide decimals takes ten times as long.
            {{ rounded("chosen_lines.gross_amount", 2) }} as gross,
            chosen_lines.discount_amount
            {{ '+ chosen_lines.refund_amount' if var('order_value_after_refunds') }} as deduction
        from chosen_lines
        inner join purchases on chosen_lines.order_id = purchases.order_id
    ),

    final as (
        select
            customer_id,
            order_id,
            order_date,
            product_id,
            product_name,
            is_available,
            category,
            units,
            is_discounted,
            cast(
                {{ rounded("cast(units as double) * unit_cost", 2) }} as decimal(18, 2)
            ) as cost_amount,
            {{ in_reporting_currency("gross") }} as gross_amount,
            {{ in_reporting_currency("gross - deduction") }} as net_amount
        from purchased_lines
    )

select *
from final
