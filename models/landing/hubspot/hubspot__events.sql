-- Kinds of e-mail events, and whether they say something about the contact with a person.
with
    final as (
        select
            *,
            lower(type)
            not in ('statuschange', 'print', 'forward', 'unbounce', 'suppressed') as is_touch
        from {{ ref("hubspot__raw_email_events") }}
    )

select *
from final
