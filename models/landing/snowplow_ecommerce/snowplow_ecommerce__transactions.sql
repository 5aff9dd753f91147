-- The transactions that are orders. A reloaded page sends its transaction again; the first one
-- counts. An event whose action is lost may be a refund and is no order.
with
    actions as (select * from {{ ref("snowplow_ecommerce__actions") }}),

    typed_transactions as (
        select
            actions.event_id,
            actions.occurred_at,
            actions.visitor_id,
            actions.contact_id,
            actions.email,
            transactions.transaction_id,
            transactions.currency,
            lower(trim(transactions.payment_method)) as payment_method,
            nullif(trim(transactions.discount_code), '') as discount_code,
            try_cast(transactions.revenue as decimal(18, 2)) as revenue,
            try_cast(transactions.discount_amount as decimal(18, 2)) as discount_amount,
            try_cast(transactions.shipping as decimal(18, 2)) as shipping,
            try_cast(transactions.tax as decimal(18, 2)) as tax,
            row_number() over (
                partition by transactions.transaction_id
                order by actions.occurred_at nulls last, actions.event_id
            ) as sending
        from {{ ref("snowplow_ecommerce__raw_transactions") }} as transactions
        inner join
            actions on transactions.root_id = actions.event_id and actions.event_type = 'purchase'
    ),

    final as (select * from typed_transactions where sending = 1)

select *
from final
