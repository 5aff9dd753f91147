-- What was sent and what became of it. Touches of people whom nobody knows by their contact or
-- address are left out: they are no customer's. Who unsubscribed or complained is in
-- int_consent_statements, what came back in int_customer_bounces.
with
    campaign_touches as (
        select *
        from {{ gated("stg_web__campaign_touches") }}
        where touch_type not in ('unsubscribed', 'complained', 'bounced_hard')
    ),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    {{ with_customer("campaign_touches") }},

    final as (
        select touch_id, customer_id, touched_at, campaign_id, channel, touch_type, promotion_id
        from rows_with_customer
        where customer_id is not null
    )

select *
from final
