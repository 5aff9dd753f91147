-- Where a session came from: what its first event with campaign parameters says, or failing these
-- the referrer of its first event.
with
    events as (select * from {{ ref("int_web_events") }}),

    telling_events as (
        select *, coalesce(utm_source, utm_medium, utm_campaign) is not null as has_parameters
        from events
        where
            coalesce(utm_source, utm_medium, utm_campaign, referrer_domain, promotion_id)
            is not null
    ),

    ranked_events as (
        select
            *,
            row_number() over (
                partition by session_key
                order by
                    case
                        when has_parameters then 1 when referrer_domain is not null then 2 else 3
                    end,
                    occurred_at,
                    event_id
            ) as source_rank,
            row_number() over (
                partition by session_key
                order by case when promotion_id is not null then 1 else 2 end, occurred_at, event_id
            ) as promotion_rank
        from telling_events
    ),

    final as (
        select
            session_key,
            max(case when source_rank = 1 then utm_source end) as utm_source,
            max(case when source_rank = 1 then utm_medium end) as utm_medium,
            max(case when source_rank = 1 then utm_campaign end) as utm_campaign,
            max(case when source_rank = 1 then referrer_domain end) as referrer_domain,
            max(case when promotion_rank = 1 then promotion_id end) as promotion_id
        from ranked_events
        group by session_key
    )

select *
from final
