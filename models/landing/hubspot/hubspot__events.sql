-- Kinds of e-mail events, and whether they say something about the contact with a person.
with
    final as (
        select
            *,
            lower(type) not in ('statuschange', 'print', 'forward', 'unbounce', 'suppressed')
            -- HubSpot marks opens and clicks of programs and of the business's own people.
            and coalesce(lower(filtered_event), 'false') not in ('true', '1', 't') as is_touch
        from {{ ref("hubspot__raw_email_events") }}
    )

select *
from final
