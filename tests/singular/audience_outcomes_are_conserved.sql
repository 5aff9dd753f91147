{{ config(meta={"dagster": {"ref": {"name": "agg_audience_exclusions"}}}) }}
-- Every customer in an included segment, and every customer who objects to profiling, has one
-- outcome.
with
    segment_customers as (
        select audience_segments.audience, count(distinct memberships.customer_id) as customers
        from {{ ref("audience_segments") }} as audience_segments
        inner join
            {{ ref("segment_memberships") }} as memberships
            on audience_segments.segmentation = memberships.segmentation
            and memberships.segment in (audience_segments.segment, 'not_profiled')
        where audience_segments.kind = 'include'
        group by audience_segments.audience
    ),

    outcomes as (
        select
            audience,
            sum(customers) as customers,
            sum(customers) filter (where outcome in ('contacted', 'holdout')) as members
        from {{ ref("agg_audience_exclusions") }}
        group by audience
    ),

    members as (
        select audience, count(*) as members from {{ ref("audience_members") }} group by audience
    )

select outcomes.audience
from outcomes
left join segment_customers on outcomes.audience = segment_customers.audience
left join members on outcomes.audience = members.audience
where
    outcomes.customers <> coalesce(segment_customers.customers, 0)
    or outcomes.members <> coalesce(members.members, 0)
