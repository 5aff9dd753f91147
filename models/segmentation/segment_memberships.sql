{{ config(materialized="view") }}
-- The segments that a customer counts as a member of: the primary one of each segmentation, and
-- every rule segment. Weights are for shares; an action on a segment needs a yes or no.
with
    availability as (select * from {{ ref("segmentation_availability") }}),

    rule_members as (select * from {{ ref("rule_memberships") }} where is_member),

    all_memberships as (
        select customer_id, segmentation, segment, reason
        from {{ ref("customer_segments") }}
        -- Customers in no rule segment.
        where
            is_primary
            and (segmentation <> 'business' or segment in ('no_business_segment', 'not_profiled'))
        union all
        select customer_id, 'business', segment, reason
        from rule_members
    ),

    final as (
        select
            all_memberships.customer_id,
            all_memberships.segmentation,
            all_memberships.segment,
            all_memberships.reason
        from all_memberships
        inner join availability on all_memberships.segmentation = availability.segmentation
        where availability.is_available
    )

select *
from final
