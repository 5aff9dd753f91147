-- A purchase is an order with a purchase status that is no test and still has a net amount after
-- what came back: a fully returned order is none, a partial return only lowers the amount.
with
    orders as (select * from {{ gated("stg_shop__orders") }}),

    amounts as (select * from {{ ref("int_order_amounts") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

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

    final as (
        select
            orders_with_buyer.order_id,
            orders_with_buyer.customer_id,
            cast(orders_with_buyer.ordered_at as date) as order_date,
            orders_with_buyer.ordered_at,
            orders_with_buyer.status,
            coalesce(orders_with_buyer.is_test, false) as is_test,
            coalesce(
                orders_with_buyer.status in ('{{ var("order_purchase_statuses") | join("', '") }}')
                and not coalesce(orders_with_buyer.is_test, false)
                and amounts.net_amount >= {{ var("order_min_net_amount") }}
                {{ 'and not amounts.is_fully_returned' if var('order_value_after_refunds') }},
                false
            ) as is_purchase,
            amounts.gross_amount,
            amounts.discount_amount,
            amounts.refund_amount,
            amounts.net_amount,
            amounts.exchange_rate,
            amounts.line_count,
            amounts.units,
            amounts.discount_amount > 0
            or amounts.promoted_lines > 0
            or orders_with_buyer.coupon_code is not null as is_discounted,
            orders_with_buyer.channel,
            orders_with_buyer.payment_method,
            coalesce(orders_with_buyer.is_gift, false)
            or coalesce(orders_with_buyer.purpose = 'gift', false) as is_gift,
            case
                when orders_with_buyer.is_gift or orders_with_buyer.purpose = 'gift'
                then 'gift'
                when orders_with_buyer.purpose in ('personal', 'business')
                then orders_with_buyer.purpose
                -- A company buys for its business unless it says otherwise.
                when orders_with_buyer.account_id is not null
                then 'business'
            end as intent,
            orders_with_buyer.shipping_country,
            orders_with_buyer.shipping_region,
            orders_with_buyer.shipping_city,
            orders_with_buyer.shipping_postcode,
            orders_with_buyer.billing_country,
            orders_with_buyer.billing_region,
            orders_with_buyer.billing_city,
            orders_with_buyer.billing_postcode
        from orders_with_buyer
        left join amounts on orders_with_buyer.order_id = amounts.order_id
    )

select *
from final
