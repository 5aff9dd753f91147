-- The seed rfm_segment_map maps scores to segments. A company also has the segment of its group
-- among companies.
with
    members as (select * from {{ ref("int_rfm_measures") }} where population <> 'prospects'),

    segment_map as (select * from {{ ref("rfm_segment_map") }}),

    scored_members as (
        select
            members.population,
            members.customer_id,
            members.lifetime_orders,
            members.last_order_date,
            scores.r_score,
            scores.f_score,
            scores.m_score,
            {{ rfm_segment("segment_map", "members.first_order_date", "as_of.as_of_date") }}
            as mapped_segment
        from members
        cross join {{ ref("as_of") }} as as_of
        left join
            {{ ref("int_rfm_scores") }} as scores
            on members.population = scores.population
            and members.customer_id = scores.customer_id
        left join segment_map on {{ in_rfm_map("segment_map", "scores") }}
    ),

    labelled_members as (
        select
            population,
            customer_id,
            case
                when lifetime_orders = 0
                then 'prospect'
                when r_score is null
                then 'lapsed'
                else mapped_segment
            end as segment,
            case
                when lifetime_orders = 0
                then 'no purchase yet'
                when r_score is null
                then 'last purchase ' || cast(last_order_date as string)
                else
                    concat_ws(
                        ' ',
                        'R' || cast(r_score as string),
                        'F' || cast(f_score as string),
                        'M' || cast(m_score as string)
                    )
            end as reason
        from scored_members
    ),

    segments as (
        select customer_id, 'rfm' as segmentation, segment, reason
        from labelled_members
        where population = 'customers'
        union all
        select
            features.customer_id,
            'company_rfm',
            coalesce(labelled_members.segment, 'not_applicable'),
            case
                when labelled_members.segment is null
                then 'a person'
                when features.group_companies > 1
                then
                    labelled_members.reason
                    || ', group of '
                    || cast(features.group_companies as string)
                    || ' companies'
                else labelled_members.reason
            end
        from {{ ref("customer_features") }} as features
        left join
            labelled_members
            on labelled_members.population = 'companies'
            and features.company_group_id = labelled_members.customer_id
    ),

    final as (
        select
            customer_id,
            segmentation,
            segment,
            cast(1 as double) as weight,
            true as is_primary,
            reason
        from segments
    )

select *
from final
