{{ config(materialized="view") }}
-- A view, because each reader needs a few columns of many lines. Amounts are in the currency of
-- the order. Gross is not rounded, because an order rounds the sum of its lines. A fully refunded
-- line is no purchase, like a fully returned order.
with
    products as (select * from {{ gated("stg_shop__products") }}),

    refunds as (
        select order_id, order_line_id, sum(amount) as refund_amount
        from {{ gated("stg_shop__refunds") }}
        where order_line_id is not null
        group by order_id, order_line_id
    ),

    valued_lines as (
        select
            order_lines.order_line_id,
            order_lines.order_id,
            order_lines.product_id,
            order_lines.promotion_id,
            -- A deduction is no unit.
            case when order_lines.unit_price < 0 then 0 else order_lines.quantity end as units,
            -- 19 digits in one factor, as in in_reporting_currency.
            cast(order_lines.quantity as decimal(19, 3)) * order_lines.unit_price as gross_amount,
            coalesce(order_lines.discount_amount, 0) as discount_amount,
            coalesce(refunds.refund_amount, 0) as refund_amount
        from {{ gated("stg_shop__order_lines") }} as order_lines
        left join
            refunds
            on order_lines.order_id = refunds.order_id
            and order_lines.order_line_id = refunds.order_line_id
    ),

    final as (
        select
            valued_lines.order_line_id,
            valued_lines.order_id,
            valued_lines.product_id,
            products.product_name,
            products.category,
            coalesce(products.is_service, false) as is_service,
            coalesce(products.is_available, true) as is_available,
            -- In the reporting currency, because orders of several currencies share a cost.
            cast(products.cost as double) * cast(cost_rates.rate as double) as unit_cost,
            valued_lines.promotion_id,
            valued_lines.units,
            valued_lines.gross_amount,
            valued_lines.discount_amount,
            valued_lines.refund_amount,
            -- Only refunded lines are rounded, because rounding is slow.
            case
                when valued_lines.refund_amount > 0
                then
                    valued_lines.refund_amount
                    >= round(valued_lines.gross_amount, 2) - valued_lines.discount_amount
                else false
            end as is_returned
        from valued_lines
        left join products on valued_lines.product_id = products.product_id
        left join
            {{ ref("int_current_exchange_rates") }} as cost_rates
            on products.currency = cost_rates.currency
    )

select *
from final
