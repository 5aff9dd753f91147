-- Keyed hash of an identifier or order number, and its customer: by it an agent finds the card. A
-- text that several customers have, such as an order number of two shops, has several rows. A
-- customer without a card, as after a request for erasure, has no row.
with
    keys as (
        select customer_id, identifier_type || '|' || identifier as key_text
        from {{ ref("int_customer_identifiers") }}
        union
        select customer_id, 'order|' || order_id
        from {{ ref("int_orders") }}
        where customer_id is not null
        union
        -- A new device is not among the identifiers yet; its id is the hash of its key.
        select customer_id, visitor_key
        from {{ ref("int_visit_events") }}
        where customer_id = {{ keyed_hash("visitor_key") }}
    ),

    final as (
        select
            cast({{ keyed_hash("keys.key_text") }} as string) as key_hash,
            cast(keys.customer_id as string) as customer_id
        from keys
        inner join {{ ref("service_cards") }} as cards on keys.customer_id = cards.customer_id
    )

select *
from final
