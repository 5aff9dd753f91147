-- Where a session came from: the first event with campaign parameters, or failing these the
-- referrer
-- of its first event. The seed acquisition_terms says what the words in them mean; a medium is more
-- to be trusted than a site.
with
    events as (select * from {{ ref("int_web_events") }}),

    terms as (select * from {{ ref("acquisition_terms") }}),

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

    sources as (
        select
            session_key,
            max(case when source_rank = 1 then utm_source end) as utm_source,
            max(case when source_rank = 1 then utm_medium end) as utm_medium,
            max(case when source_rank = 1 then utm_campaign end) as utm_campaign,
            max(case when source_rank = 1 then referrer_domain end) as referrer_domain,
            max(case when promotion_rank = 1 then promotion_id end) as promotion_id
        from ranked_events
        group by session_key
    ),

    -- Words are looked up once each, not once a session.
    words as (
        select 'medium' as field, utm_medium as word
        from sources
        where utm_medium is not null
        union
        select 'site', utm_source
        from sources
        where utm_source is not null
        union
        select 'site', referrer_domain
        from sources
        where referrer_domain is not null
    ),

    ranked_meanings as (
        select
            words.field,
            words.word,
            terms.meaning,
            row_number() over (
                partition by words.field, words.word order by terms.term_no
            ) as term_rank
        from words
        inner join terms on words.field = terms.field and words.word like terms.pattern
    ),

    meanings as (select * from ranked_meanings where term_rank = 1),

    sources_with_meaning as (
        select
            sources.*,
            mediums.meaning as medium_meaning,
            coalesce(campaign_sites.meaning, referrers.meaning) as site_meaning
        from sources
        left join
            meanings as mediums on mediums.field = 'medium' and sources.utm_medium = mediums.word
        left join
            meanings as campaign_sites
            on campaign_sites.field = 'site'
            and sources.utm_source = campaign_sites.word
        left join
            meanings as referrers
            on referrers.field = 'site'
            and sources.referrer_domain = referrers.word
    ),

    final as (
        select
            session_key,
            utm_source,
            utm_medium,
            utm_campaign,
            referrer_domain,
            promotion_id,
            case
                when coalesce(utm_source, utm_medium, utm_campaign, referrer_domain) is null
                then 'direct'
                when
                    medium_meaning in ('email', 'affiliates', 'display', 'messaging', 'paid_social')
                then medium_meaning
                when medium_meaning = 'paid' and site_meaning = 'social'
                then 'paid_social'
                when medium_meaning = 'paid'
                then 'paid_search'
                when medium_meaning = 'social' or site_meaning = 'social'
                then 'organic_social'
                when medium_meaning = 'organic' or site_meaning = 'search'
                then 'organic_search'
                when site_meaning = 'email'
                then 'email'
                when medium_meaning = 'referral'
                then 'referral'
                when coalesce(utm_source, utm_medium, utm_campaign) is null
                then 'referral'
                else 'other'
            end as acquisition_channel
        from sources_with_meaning
    )

select *
from final
