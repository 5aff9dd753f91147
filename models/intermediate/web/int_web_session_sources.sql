-- The channel that a session came by. The seed acquisition_terms says what the words of its origin
-- mean; a medium is more to be trusted than a site.
with
    origins as (select * from {{ ref("int_web_session_origins") }}),

    terms as (select * from {{ ref("acquisition_terms") }}),

    -- Words are looked up once each, not once a session.
    words as (
        select 'medium' as field, utm_medium as word
        from origins
        where utm_medium is not null
        union
        select 'site', utm_source
        from origins
        where utm_source is not null
        union
        select 'site', referrer_domain
        from origins
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

    origins_with_meaning as (
        select
            origins.*,
            mediums.meaning as medium_meaning,
            coalesce(campaign_sites.meaning, referrers.meaning) as site_meaning
        from origins
        left join
            meanings as mediums on mediums.field = 'medium' and origins.utm_medium = mediums.word
        left join
            meanings as campaign_sites
            on campaign_sites.field = 'site'
            and origins.utm_source = campaign_sites.word
        left join
            meanings as referrers
            on referrers.field = 'site'
            and origins.referrer_domain = referrers.word
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
        from origins_with_meaning
    )

select *
from final
