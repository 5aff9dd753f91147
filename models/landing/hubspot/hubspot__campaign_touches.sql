-- The id of an event is unique only together with its time.
with
    final as (
        select
            id || '-' || created as touch_id,
            {{ exported_time("created") }} as touched_at,
            email_campaign_id as campaign_id,
            'email' as channel,
            case
                when lower(type) = 'spamreport' then 'spam_report' else lower(type)
            end as touch_type,
            recipient as email
        from {{ ref("hubspot__events") }}
        where is_touch
    )

select *
from final
