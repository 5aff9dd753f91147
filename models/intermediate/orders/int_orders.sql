-- What an order is worth, in the reporting currency:
-- net = gross - discounts - refunds, and by choice tax and shipping on top.
-- A purchase is an order with a purchase status that is no test and still has a net amount after
-- what came back: a fully returned order is none, a partial return only lowers the amount.
with
    orders as (select * from {{ gated("stg_shop__orders") }}),

    order_lines as (select * from {{ gated("stg_shop__order_lines") }}),

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
            count(*) as line_count,
            sum(quantity) as units,
            -- 19 digits in one factor, as in in_reporting_currency.
            cast(
                round(sum(cast(quantity as decimal(19, 3)) * unit_price), 2) as decimal(18, 2)
            ) as gross_amount,
            sum(coalesce(discount_amount, 0)) as discount_amount
        from order_lines
        group by order_id
    ),

    refund_totals as (select order_id, sum(amount) as refund_amount from refunds group by order_id),

    -- An order has one buyer: the company when it has one, else the contact, else the address, the
    -- telephone number, the device.
    orders_with_buyer as (
        select
            orders.*,
            coalesce(
                companies.customer_id,
                people.customer_id,
                guests.customer_id,
                callers.customer_id,
                visitors.customer_id
            ) as customer_id
        from orders
        left join
            identifiers as companies
            on companies.identifier_type = 'account'
            and orders.account_id = companies.identifier
        left join
            identifiers as people
            on people.identifier_type = 'contact'
            and orders.contact_id = people.identifier
            and orders.account_id is null
        left join
            identifiers as guests
            on guests.identifier_type = 'email'
            and orders.email = guests.identifier
            and orders.contact_id is null
            and orders.account_id is null
        left join
            identifiers as callers
            on callers.identifier_type = 'phone'
            and orders.phone = callers.identifier
            and coalesce(orders.email, orders.contact_id, orders.account_id) is null
        left join
            identifiers as visitors
            on visitors.identifier_type = 'visitor'
            and orders.visitor_id = visitors.identifier
            and coalesce(orders.phone, orders.email, orders.contact_id, orders.account_id) is null
    ),

    orders_with_rate as (
        select
            orders_with_buyer.*,
            coalesce(line_totals.line_count, 0) as line_count,
            coalesce(line_totals.units, 0) as units,
            coalesce(orders_with_buyer.gross_amount, line_totals.gross_amount, 0) as gross,
            coalesce(orders_with_buyer.discount_amount, 0)
            + coalesce(line_totals.discount_amount, 0) as discount,
            coalesce(refund_totals.refund_amount, 0) as refund,
            case
                when orders_with_buyer.currency = '{{ var("reporting_currency") }}'
                then 1
                else exchange_rates.rate
            end as rate
        from orders_with_buyer
        left join line_totals on orders_with_buyer.order_id = line_totals.order_id
        left join refund_totals on orders_with_buyer.order_id = refund_totals.order_id
        left join
            exchange_rates
            on orders_with_buyer.currency = exchange_rates.from_currency
            and orders_with_buyer.ordered_at >= exchange_rates.valid_from
            and orders_with_buyer.ordered_at < exchange_rates.valid_until
    ),

    converted_orders as (
        select
            *,
            {{ in_reporting_currency("gross") }} as gross_converted,
            {{ in_reporting_currency("discount") }} as discount_converted,
            {{ in_reporting_currency("refund") }} as refund_converted,
            {{ in_reporting_currency("coalesce(tax_amount, 0)") }} as tax_converted,
            {{ in_reporting_currency("coalesce(shipping_amount, 0)") }} as shipping_converted,
            -- In the order's own currency: rounding may leave a cent of what went back in full.
            refund > 0 and refund >= gross - discount as is_fully_returned
        from orders_with_rate
    ),

    valued_orders as (
        select
            *,
            cast(
                gross_converted - discount_converted
                {{ '- refund_converted' if var('order_value_after_refunds') }}
                {{ '+ tax_converted' if var('order_value_includes_tax') }}
                {{ '+ shipping_converted' if var('order_value_includes_shipping') }} as decimal(
                    18, 2
                )
            ) as net_amount
        from converted_orders
    ),

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
            gross_converted as gross_amount,
            discount_converted as discount_amount,
            refund_converted as refund_amount,
            net_amount,
            line_count,
            units,
            channel,
            payment_method,
            coalesce(is_gift, false) or coalesce(purpose = 'gift', false) as is_gift,
            shipping_country,
            shipping_region,
            shipping_city,
            shipping_postcode,
            billing_country,
            billing_region,
            billing_city,
            billing_postcode
        from valued_orders
    )

select *
from final
