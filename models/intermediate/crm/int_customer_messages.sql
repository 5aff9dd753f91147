-- Messages of campaigns to customers. Every frequency cap counts them.
--
-- A message has a touch `sent`, a touch `delivered`, or both. The first `sent` and the first
-- `delivered` of a campaign, channel and customer are one message, and so on. Touches without a
-- known customer are left out.
with
    campaign_touches as (
        select *
        from {{ gated("stg_web__campaign_touches") }}
        where touch_type in ('sent', 'delivered')
    ),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    {{ with_customer("campaign_touches") }},

    numbered_touches as (
        select
            customer_id,
            campaign_id,
            coalesce(channel, 'unknown') as channel,
            touched_at,
            row_number() over (
                partition by customer_id, campaign_id, channel, touch_type
                order by touched_at asc, touch_id asc
            ) as message_number
        from rows_with_customer
        where customer_id is not null
    ),

    final as (
        select
            customer_id,
            campaign_id,
            channel,
            message_number,
            cast(min(touched_at) as date) as sent_date
        from numbered_touches
        group by customer_id, campaign_id, channel, message_number
    )

select *
from final
