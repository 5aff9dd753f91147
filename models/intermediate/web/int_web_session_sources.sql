-- Source and acquisition channel of a session. The first event with campaign parameters or a click
-- id gives the source, else the referrer of the first event. Pages of payment, of sign-in and of
-- the business itself are no referrers. The seed acquisition_terms has the meaning of the words; a
-- medium counts before a site. This is one file, because all words are looked up once for all
-- sessions.
with
    terms as (select * from {{ ref("acquisition_terms") }}),

    events as (select * from {{ ref("int_web_events") }}),

    own_domains as (
        select distinct page_domain as domain
        from events
        where page_domain like '%.%'
        {%- for domain in var("own_domains") %}
            union
            select '{{ domain | lower }}'
        {%- endfor %}
    ),

    referring_sites as (
        select distinct referrer_domain as domain from events where referrer_domain is not null
    ),

    -- A site without a dot is an app (android-app://) or no site.
    outside_sites as (
        select referring_sites.domain
        from referring_sites
        left join
            terms
            on terms.field = 'no_referrer'
            and '.' || referring_sites.domain like terms.pattern
        left join
            own_domains
            on '.' || referring_sites.domain like '%.' || own_domains.domain
            or own_domains.domain like '%.' || referring_sites.domain
        where
            referring_sites.domain like '%.%' and terms.field is null and own_domains.domain is null
    ),

    telling_events as (
        select
            events.session_key,
            events.event_id,
            events.occurred_at,
            events.utm_source,
            events.utm_medium,
            events.utm_campaign,
            events.click_channel,
            outside_sites.domain as referrer_domain,
            coalesce(
                events.utm_source, events.utm_medium, events.utm_campaign, events.click_channel
            )
            is not null as has_parameters
        from events
        left join outside_sites on events.referrer_domain = outside_sites.domain
        where
            coalesce(
                events.utm_source,
                events.utm_medium,
                events.utm_campaign,
                events.click_channel,
                outside_sites.domain
            )
            is not null
    ),

    ranked_events as (
        select
            *,
            row_number() over (
                partition by session_key
                order by case when has_parameters then 1 else 2 end, occurred_at, event_id
            ) as source_rank
        from telling_events
    ),

    origins as (
        select session_key, utm_source, utm_medium, utm_campaign, click_channel, referrer_domain
        from ranked_events
        where source_rank = 1
    ),

    -- Each word is looked up once, not once per session. The words come from the events, so that
    -- the sources are read once.
    words as (
        select 'medium' as field, utm_medium as word
        from telling_events
        where utm_medium is not null
        union
        select 'site', utm_source
        from telling_events
        where utm_source is not null
        union
        select 'site', referrer_domain
        from telling_events
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
            utm_campaign,
            case
                when
                    coalesce(utm_source, utm_medium, utm_campaign, click_channel, referrer_domain)
                    is null
                then 'direct'
                when
                    medium_meaning in ('email', 'affiliates', 'display', 'messaging', 'paid_social')
                then medium_meaning
                -- A click id is on a paid link only.
                when click_channel is not null
                then click_channel
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
