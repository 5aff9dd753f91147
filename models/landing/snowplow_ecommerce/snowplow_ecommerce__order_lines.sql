-- A product without a quantity is one unit.
with
    action_products as (select * from {{ ref("snowplow_ecommerce__action_products") }}),

    final as (
        select
            transactions.transaction_id
            || '-'
            || cast(action_products.product_number as string) as order_line_id,
            transactions.transaction_id as order_id,
            action_products.product_id,
            coalesce(action_products.quantity, 1) as quantity,
            action_products.price as unit_price
        from {{ ref("snowplow_ecommerce__transactions") }} as transactions
        inner join action_products on transactions.event_id = action_products.event_id
    )

select *
from final
