-- A change of one subscription is a statement about marketing by e-mail: HubSpot's types of
-- subscriptions have no fixed meaning. The opt-out of a contact has no time; it always counts.
with
    final as (
        select
            concat_ws(
                '-', recipient, timestamp, coalesce(email_subscription_id, subscription_id)
            ) as consent_id,
            {{ exported_time("timestamp") }} as recorded_at,
            cast(null as string) as contact_id,
            recipient as email,
            'marketing' as purpose,
            'email' as channel,
            change as status
        from {{ ref("hubspot__raw_subscription_changes") }}
        union all
        select
            'optout-' || id, cast(null as string), id, email, 'marketing', 'email', 'unsubscribed'
        from {{ ref("hubspot__raw_contacts") }}
        where lower(hs_email_optout) in ('true', '1', 't')
    )

select *
from final
