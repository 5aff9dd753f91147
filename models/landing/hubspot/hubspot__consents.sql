-- HubSpot's types of subscriptions have no fixed meaning: each change is a statement about
-- marketing by e-mail. If the last word on a type is a no, it has no time here, so that it always
-- counts: a yes to another type does not undo it. The opt-out of a contact always counts as well.
with
    changes as (
        select
            recipient,
            timestamp as changed,
            coalesce(email_subscription_id, subscription_id) as subscription,
            change,
            {{ exported_time("timestamp") }} as changed_at
        from {{ ref("hubspot__raw_subscription_changes") }}
    ),

    ranked_changes as (
        select
            *,
            row_number() over (
                partition by lower(recipient), subscription
                order by changed_at desc nulls last, change desc
            ) as recency
        from changes
    ),

    final as (
        select
            concat_ws('-', recipient, changed, subscription) as consent_id,
            case
                when recency > 1 or lower(change) = 'subscribed' then changed_at
            end as recorded_at,
            cast(null as string) as contact_id,
            recipient as email,
            'marketing' as purpose,
            'email' as channel,
            change as status
        from ranked_changes
        union all
        select
            'optout-' || id, cast(null as string), id, email, 'marketing', 'email', 'unsubscribed'
        from {{ ref("hubspot__raw_contacts") }}
        where lower(hs_email_optout) in ('true', '1', 't')
    )

select *
from final
