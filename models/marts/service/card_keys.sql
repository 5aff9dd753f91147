-- Keyed hash of an identifier or order number, and its customer: by it an agent finds the card. A
-- text that several customers have, such as an order number of two shops, has several rows. A
-- customer who asked for erasure has no row.
with
    requested_customers as (select * from {{ ref("int_requested_customers") }}),

    keys as (
        select customer_id, identifier_type || '|' || identifier as key_text
        from {{ ref("int_customer_identifiers") }}
        union
        select customer_id, 'order|' || order_id
        from {{ ref("int_orders") }}
        where customer_id is not null
    ),

    final as (
        select
            cast({{ keyed_hash("keys.key_text") }} as string) as key_hash,
            cast(keys.customer_id as string) as customer_id
        from keys
        inner join
            {{ ref("dim_customers") }} as customers on keys.customer_id = customers.customer_id
        left join requested_customers on keys.customer_id = requested_customers.customer_id
        where requested_customers.customer_id is null
    )

select *
from final
