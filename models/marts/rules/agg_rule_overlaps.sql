-- Number of customers that two rule segments share. The pair of a segment with itself is its
-- coverage.
with
    segments as (
        select *
        from {{ ref("segments") }}
        where segmentation = 'business' and segment <> 'no_business_segment'
    ),

    members as (select * from {{ ref("rule_memberships") }} where is_member),

    customer_totals as (select count(*) as customers from {{ ref("int_customers") }}),

    segment_totals as (
        select segments.segment, count(members.customer_id) as customers
        from segments
        left join members on segments.segment = members.segment
        group by segments.segment
    ),

    shared as (
        select members.segment, others.segment as other_segment, count(*) as customers
        from members
        inner join members as others on members.customer_id = others.customer_id
        group by members.segment, others.segment
    ),

    pairs as (
        select
            segment_totals.segment,
            other_totals.segment as other_segment,
            coalesce(shared.customers, 0) as customers,
            segment_totals.customers as segment_customers
        from segment_totals
        cross join segment_totals as other_totals
        left join
            shared
            on segment_totals.segment = shared.segment
            and other_totals.segment = shared.other_segment
    ),

    final as (
        select
            cast(pairs.segment as string) as segment,
            cast(pairs.other_segment as string) as other_segment,
            cast(pairs.customers as bigint) as customers,
            cast(
                case
                    when not {{ is_small_cell("pairs.customers") }}
                    then cast(pairs.customers as double) / nullif(pairs.segment_customers, 0)
                end as double
            ) as segment_share,
            cast(
                case
                    when not {{ is_small_cell("pairs.customers") }}
                    then cast(pairs.customers as double) / nullif(customer_totals.customers, 0)
                end as double
            ) as customer_share
        from pairs
        cross join customer_totals
    )

select *
from final
