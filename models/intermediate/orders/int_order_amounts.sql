-- What an order is worth, in the reporting currency:
-- net = gross - discounts - refunds, and by choice tax and shipping on top.
-- What the order says besides is handed on to int_orders, so that staged orders are read once.
{% set handed_on = [
    "order_id",
    "ordered_at",
    "status",
    "is_test",
    "account_id",
    "contact_id",
    "email",
    "phone",
    "visitor_id",
    "channel",
    "payment_method",
    "coupon_code",
    "purpose",
    "is_gift",
    "shipping_country",
    "shipping_region",
    "shipping_city",
    "shipping_postcode",
    "billing_country",
    "billing_region",
    "billing_city",
    "billing_postcode",
] %}
with
    orders as (select * from {{ gated("stg_shop__orders") }}),

    order_lines as (select * from {{ ref("int_order_lines") }}),

    refunds as (select * from {{ ref("int_order_refunds") }}),

    exchange_rates as (
        select *
        from {{ gated("stg_shop__exchange_rates") }}
        where to_currency = '{{ var("reporting_currency") }}'
    ),

    line_totals as (
        select
            order_id,
            count(*) as line_count,
            count(promotion_id) as promoted_lines,
            sum(units) as units,
            cast(round(sum(gross_amount), 2) as decimal(18, 2)) as gross_amount,
            sum(discount_amount) as discount_amount
        from order_lines
        group by order_id
    ),

    refund_totals as (
        select order_id, sum(refund_amount) as refund_amount from refunds group by order_id
    ),

    orders_with_rate as (
        select
            orders.{{ handed_on | join(", orders.") }},
            orders.tax_amount,
            orders.shipping_amount,
            coalesce(line_totals.line_count, 0) as line_count,
            coalesce(line_totals.promoted_lines, 0) as promoted_lines,
            coalesce(line_totals.units, 0) as units,
            coalesce(orders.gross_amount, line_totals.gross_amount, 0) as gross,
            coalesce(orders.discount_amount, 0)
            + coalesce(line_totals.discount_amount, 0) as discount,
            coalesce(refund_totals.refund_amount, 0) as refund,
            case
                when orders.currency = '{{ var("reporting_currency") }}'
                then 1
                else exchange_rates.rate
            end as rate
        from orders
        left join line_totals on orders.order_id = line_totals.order_id
        left join refund_totals on orders.order_id = refund_totals.order_id
        left join
            exchange_rates
            on orders.currency = exchange_rates.from_currency
            and orders.ordered_at >= exchange_rates.valid_from
            and orders.ordered_at < exchange_rates.valid_until
    ),

    converted_orders as (
        select
            *,
            {{ in_reporting_currency("gross") }} as gross_amount,
            {{ in_reporting_currency("discount") }} as discount_amount,
            {{ in_reporting_currency("refund") }} as refund_amount,
            {{ in_reporting_currency("coalesce(tax_amount, 0)") }} as tax_converted,
            {{ in_reporting_currency("coalesce(shipping_amount, 0)") }} as shipping_converted
        from orders_with_rate
    ),

    final as (
        select
            {{ handed_on | join(", ") }},
            cast(rate as decimal(18, 8)) as exchange_rate,
            gross_amount,
            discount_amount,
            refund_amount,
            cast(
                gross_amount - discount_amount
                {{ '- refund_amount' if var('order_value_after_refunds') }}
                {{ '+ tax_converted' if var('order_value_includes_tax') }}
                {{ '+ shipping_converted' if var('order_value_includes_shipping') }} as decimal(
                    18, 2
                )
            ) as net_amount,
            -- In the order's own currency: rounding may leave a cent of what went back in full.
            refund > 0 and refund >= gross - discount as is_fully_returned,
            line_count,
            promoted_lines,
            units
        from converted_orders
    )

select *
from final
