-- Who is in a segment that a campaign is for, and what became of it. The first reason against
-- counts, in the order below. Of the campaigns that are left a customer is in the one with the best
-- priority; its holdout is in no other one either. Who objects to profiling counts as objected in
-- every
-- audience: nobody evaluates which segments they would be in.
{% set days_since_touch = dbt.datediff(
    "cast(campaign_touches.touched_at as date)", "as_of.as_of_date", "day"
) %}
with
    audiences as (select * from {{ ref("audiences") }}),

    listed_segments as (
        select audience, kind, segmentation, segment
        from {{ ref("audience_segments") }}
        union all
        select distinct audience, kind, segmentation, 'not_profiled'
        from {{ ref("audience_segments") }}
        where kind = 'include'
    ),

    memberships as (
        select
            listed_segments.audience,
            listed_segments.kind,
            segment_memberships.customer_id,
            segment_memberships.segmentation,
            segment_memberships.segment,
            segment_memberships.reason
        from listed_segments
        inner join
            {{ ref("segment_memberships") }} as segment_memberships
            on listed_segments.segmentation = segment_memberships.segmentation
            and listed_segments.segment = segment_memberships.segment
    ),

    objections as (select * from {{ ref("int_profiling_objections") }}),

    features as (select customer_id, customer_kind, age_years from {{ ref("customer_features") }}),

    consents as (select * from {{ ref("int_customer_consents") }}),

    campaign_touches as (select * from {{ ref("int_campaign_touches") }}),

    contact_points as (select * from {{ ref("int_contact_points") }}),

    offers as (select * from {{ ref("dim_offer_eligibility") }}),

    as_of as (select * from {{ ref("as_of") }}),

    included_members as (
        select
            *,
            row_number() over (
                partition by audience, customer_id order by segmentation asc, segment asc
            ) as segment_rank
        from memberships
        where kind = 'include'
    ),

    excluded_members as (
        select distinct audience, customer_id from memberships where kind = 'exclude'
    ),

    -- What was sent today is of day 0.
    recent_touches as (
        select audiences.audience, campaign_touches.customer_id, count(*) as touches
        from audiences
        inner join campaign_touches on audiences.channel = campaign_touches.channel
        cross join as_of
        where
            campaign_touches.touch_type = 'sent'
            and {{ days_since_touch }} < audiences.frequency_cap_days
        group by audiences.audience, campaign_touches.customer_id
    ),

    checked_members as (
        select
            included_members.*,
            audiences.channel,
            audiences.purpose,
            audiences.priority,
            audiences.holdout_percent,
            -- Who granted something and named no basis consented.
            coalesce(consents.legal_basis, 'consent') as legal_basis,
            consents.recorded_at as consent_recorded_at,
            case
                when objections.customer_id is not null
                then 'objected'
                when features.customer_kind = 'person' and features.age_years < audiences.min_age
                then 'too_young'
                when
                    features.customer_kind = 'person'
                    and features.age_years is null
                    and {{ var("unknown_age_is_too_young") }}
                then 'age_not_known'
                when excluded_members.customer_id is not null
                then 'excluded_segment'
                when consents.consent_state = 'unsubscribed'
                then 'unsubscribed'
                when coalesce(consents.consent_state, 'none') <> 'granted'
                then 'no_consent'
                when contact_points.customer_id is null
                then 'no_address'
                when coalesce(recent_touches.touches, 0) >= audiences.frequency_cap
                then 'frequency_cap'
                when
                    audiences.offered_category is not null
                    and not coalesce(offers.is_eligible, false)
                then 'not_eligible'
            end as exclusion
        from included_members
        inner join audiences on included_members.audience = audiences.audience
        left join objections on included_members.customer_id = objections.customer_id
        left join features on included_members.customer_id = features.customer_id
        left join
            excluded_members
            on included_members.audience = excluded_members.audience
            and included_members.customer_id = excluded_members.customer_id
        left join
            consents
            on included_members.customer_id = consents.customer_id
            and audiences.purpose = consents.purpose
            and audiences.channel = consents.channel
        left join
            contact_points
            on included_members.customer_id = contact_points.customer_id
            and audiences.channel = contact_points.channel
        left join
            recent_touches
            on included_members.audience = recent_touches.audience
            and included_members.customer_id = recent_touches.customer_id
        left join
            offers
            on included_members.customer_id = offers.customer_id
            and audiences.offered_category = offers.category
        where included_members.segment_rank = 1
    ),

    ranked_members as (
        select
            *,
            row_number() over (
                partition by customer_id
                order by case when exclusion is null then 0 else 1 end asc, priority asc
            ) as campaign_rank
        from checked_members
    ),

    final as (
        select
            audience,
            customer_id,
            case
                when exclusion is not null
                then exclusion
                when campaign_rank > 1
                then 'higher_priority'
                when
                    {{ hash_number("'" ~ var("holdout_salt") ~ "|' || customer_id", 10000) }}
                    < holdout_percent * 100
                then 'holdout'
                else 'contacted'
            end as outcome,
            segmentation,
            segment,
            reason,
            channel,
            purpose,
            legal_basis,
            consent_recorded_at
        from ranked_members
    )

select *
from final
