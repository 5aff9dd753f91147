-- A purchase is an order with a purchase status that is no test and still has a net amount after
-- what came back: a fully returned order is none, a partial return only lowers the amount.
with
    orders as (select * from {{ ref("int_order_amounts") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    -- An order has one buyer: the company when it has one, else the contact, else the address, the
    -- telephone number, the device.
    {{ with_customer("orders", ["account", "contact", "email", "phone", "visitor"]) }},

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
            exchange_rate,
            line_count,
            units,
            discount_amount > 0 or promoted_lines > 0 or coupon_code is not null as is_discounted,
            channel,
            payment_method,
            coalesce(is_gift, false) or coalesce(purpose = 'gift', false) as is_gift,
            case
                when is_gift or purpose = 'gift'
                then 'gift'
                when purpose in ('personal', 'business')
                then purpose
                -- A company buys for its business unless it says otherwise.
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
