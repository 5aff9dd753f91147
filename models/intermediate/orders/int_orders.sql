-- Orders with their buyer and their amounts in the reporting currency: net = gross - discounts -
-- refunds, and by choice tax and shipping on top. A purchase is an order with a purchase status
-- that is no test and still has a net amount. A partial return lowers the amount; a fully returned
-- order is no purchase. This is one file, because all columns are of one order.
with
    refunds as (select * from {{ gated("stg_shop__refunds") }}),

    exchange_rates as (
        select *
        from {{ gated("stg_shop__exchange_rates") }}
        where to_currency = '{{ var("reporting_currency") }}'
    ),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    line_totals as (
        select
            order_id,
            count(*) filter (where units > 0) as line_count,
            count(promotion_id) as promoted_lines,
            count(*) filter (where discount_amount > 0 or promotion_id is not null)
            > 0 as has_discounted_lines,
            sum(units) as units,
            sum(discount_amount) as discount_amount
        from {{ ref("int_order_lines") }}
        group by order_id
    ),

    refund_totals as (
        select
            order_id,
            sum(amount) as refund_amount,
            sum(coalesce(tax_amount, 0)) as tax_amount,
            sum(coalesce(shipping_amount, 0)) as shipping_amount
        from refunds
        group by order_id
    ),

    orders_with_rate as (
        select
            orders.order_id,
            orders.ordered_at,
            orders.status,
            orders.is_test,
            orders.account_id,
            orders.contact_id,
            orders.email,
            orders.phone,
            orders.visitor_id,
            orders.channel,
            orders.payment_method,
            orders.coupon_code,
            orders.purpose,
            orders.is_gift,
            orders.shipping_country,
            orders.shipping_region,
            orders.shipping_city,
            orders.shipping_postcode,
            orders.billing_country,
            orders.billing_region,
            orders.billing_city,
            orders.billing_postcode,
            -- Without the tax and the shipping that went back.
            coalesce(orders.tax_amount, 0)
            {{ "- coalesce(refund_totals.tax_amount, 0)" if var("order_value_after_refunds") }}
            as tax,
            coalesce(orders.shipping_amount, 0)
            {{ "- coalesce(refund_totals.shipping_amount, 0)" if var("order_value_after_refunds") }}
            as shipping,
            coalesce(line_totals.line_count, 0) as line_count,
            coalesce(line_totals.promoted_lines, 0) as promoted_lines,
            coalesce(line_totals.has_discounted_lines, false) as has_discounted_lines,
            coalesce(line_totals.units, 0) as units,
            coalesce(orders.gross_amount, 0) as gross,
            coalesce(orders.discount_amount, 0)
            + coalesce(line_totals.discount_amount, 0) as discount,
            coalesce(refund_totals.refund_amount, 0) as refund,
            case
                when orders.currency = '{{ var("reporting_currency") }}'
                then 1
                else exchange_rates.rate
            end as rate
        from {{ gated("stg_shop__orders") }} as orders
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
            {{ in_reporting_currency("tax") }} as tax_converted,
            {{ in_reporting_currency("shipping") }} as shipping_converted
        from orders_with_rate
    ),

    valued_orders as (
        select
            *,
            cast(
                gross_amount - discount_amount
                {{ '- refund_amount' if var('order_value_after_refunds') }}
                {{ '+ tax_converted' if var('order_value_includes_tax') }}
                {{ '+ shipping_converted' if var('order_value_includes_shipping') }} as decimal(
                    18, 2
                )
            ) as net_amount,
            -- In the currency of the order, because conversion may leave a cent of a full return.
            refund > 0 and refund >= gross - discount as is_fully_returned
        from converted_orders
    ),

    -- An order has one buyer: the company if it names one, else the contact, e-mail address,
    -- telephone number or device.
    {{ with_customer("valued_orders", ["account", "contact", "email", "phone", "visitor"]) }},

    final as (
        select
            order_id,
            customer_id,
            cast(ordered_at as date) as order_date,
            ordered_at,
            status,
            coalesce(is_test, false) as is_test,
            coalesce(
                status in ('{{ var("order_purchase_statuses") | join("', '") }}')
                and not coalesce(is_test, false)
                and net_amount >= {{ var("order_min_net_amount") }}
                {{ 'and not is_fully_returned' if var('order_value_after_refunds') }},
                false
            ) as is_purchase,
            gross_amount,
            discount_amount,
            refund_amount,
            net_amount,
            cast(rate as decimal(18, 8)) as exchange_rate,
            line_count,
            units,
            discount_amount > 0 or promoted_lines > 0 or coupon_code is not null as is_discounted,
            has_discounted_lines,
            channel,
            payment_method,
            coalesce(is_gift, false) or coalesce(purpose = 'gift', false) as is_gift,
            case
                when is_gift or purpose = 'gift'
                then 'gift'
                when purpose in ('personal', 'business')
                then purpose
                -- Orders of companies are business orders, unless they say otherwise.
                when account_id is not null
                then 'business'
            end as intent,
            shipping_country,
            shipping_region,
            shipping_city,
            shipping_postcode,
            billing_country,
            billing_region,
            billing_city,
            billing_postcode
        from rows_with_customer
    )

select *
from final
