-- Changes since the previous day, with the first cause that holds. One file, because the causes of
-- a change are one rule.
{% set nothing_known = "('unknown', 'not_applicable')" %}
with
    run_day as (select * from {{ ref("int_run_day") }} where not is_replay),

    -- Segmentations with an earlier day: the first day of a segmentation is no change.
    definitions as (
        select
            days.segmentation,
            max(
                case when days.logged_on = run_day.as_of_date then days.definition_version end
            ) as definition_version,
            max(
                case when days.logged_on = run_day.previous_day then days.definition_version end
            ) as previous_version
        from {{ ref("int_segmentation_days") }} as days
        cross join run_day
        group by days.segmentation
        having min(days.logged_on) < max(run_day.as_of_date)
    ),

    memberships as (
        select memberships.customer_id, memberships.segmentation, memberships.segment
        from {{ ref("segment_memberships") }} as memberships
        inner join definitions on memberships.segmentation = definitions.segmentation
        where {{ is_in_history("memberships.segmentation") }}
    ),

    memberships_before as (
        select customer_id, segmentation, segment
        from {{ ref("int_kept_segment_history") }}
        where was_current
    ),

    -- If the day runs again, the causes of its first run stay.
    first_causes as (
        select
            last_stays.customer_id,
            last_stays.segmentation,
            last_stays.segment,
            case
                when last_stays.valid_from = run_day.as_of_date then 'enter' else 'exit'
            end as change,
            case
                when last_stays.valid_from = run_day.as_of_date
                then last_stays.entered_because
                else last_stays.left_because
            end as cause
        from {{ ref("int_kept_segment_history") }} as last_stays
        inner join
            run_day
            on last_stays.valid_from = run_day.as_of_date
            or last_stays.valid_to = run_day.as_of_date
    ),

    identity_merges as (select * from {{ ref("int_identity_merges") }}),

    rfm_members as (
        select * from {{ ref("int_rfm_measures") }} where population = 'customers' and orders > 0
    ),

    last_cut_points as (select * from {{ source("state", "rfm_cut_points") }}),

    segment_map as (select * from {{ ref("rfm_segment_map") }}),

    changes as (
        select
            coalesce(memberships.customer_id, memberships_before.customer_id) as customer_id,
            coalesce(memberships.segmentation, memberships_before.segmentation) as segmentation,
            coalesce(memberships.segment, memberships_before.segment) as segment,
            case when memberships.customer_id is null then 'exit' else 'enter' end as change
        from memberships
        full outer join
            memberships_before
            on memberships.customer_id = memberships_before.customer_id
            and memberships.segmentation = memberships_before.segmentation
            and memberships.segment = memberships_before.segment
        where memberships.customer_id is null or memberships_before.customer_id is null
    ),

    known_before as (select distinct customer_id from memberships_before),

    -- Merges since the previous day, which still had the absorbed customer. Each new version of
    -- the surviving contact dates a merge anew.
    new_merges as (
        select identity_merges.absorbed_customer_id, identity_merges.customer_id
        from identity_merges
        inner join known_before on identity_merges.absorbed_customer_id = known_before.customer_id
    ),

    merged_customers as (
        select absorbed_customer_id as customer_id
        from new_merges
        union
        select customer_id
        from new_merges
    ),

    -- Changes from or to an unknown or not applicable segment.
    unknown_sides as (
        select distinct customer_id, segmentation from changes where segment in {{ nothing_known }}
    ),

    -- Objections to profiling, and their end. The other segment is no longer known.
    not_profiled_sides as (
        select distinct customer_id, segmentation from changes where segment = 'not_profiled'
    ),

    {{ with_rfm_scores("rfm_members", "last_cut_points") }},

    -- RFM segments of today's figures by the cut points of the last run. If the segment equals
    -- the previous one, the cut points have moved and not the customer.
    rfm_by_last_cut_points as (
        select
            rfm_scores.customer_id,
            {{ rfm_segment("segment_map", "rfm_members.first_order_date", "as_of.as_of_date") }}
            as segment
        from rfm_scores
        cross join {{ ref("as_of") }} as as_of
        inner join rfm_members on rfm_scores.customer_id = rfm_members.customer_id
        inner join segment_map on {{ in_rfm_map("segment_map", "rfm_scores") }}
    ),

    unmoved_customers as (
        select memberships_before.customer_id, memberships_before.segmentation
        from memberships_before
        inner join
            rfm_by_last_cut_points
            on memberships_before.customer_id = rfm_by_last_cut_points.customer_id
            and memberships_before.segment = rfm_by_last_cut_points.segment
        where memberships_before.segmentation = 'rfm'
    ),

    final as (
        select
            changes.customer_id,
            changes.segmentation,
            changes.segment,
            run_day.as_of_date as logged_on,
            changes.change,
            case
                when first_causes.cause is not null
                then first_causes.cause
                when definitions.previous_version is null
                then 'data'
                when not_profiled_sides.customer_id is not null
                then 'objection'
                when merged_customers.customer_id is not null
                then 'identity'
                when known_before.customer_id is null
                then 'behaviour'
                when definitions.definition_version is null or unknown_sides.customer_id is not null
                then 'data'
                when definitions.definition_version <> definitions.previous_version
                then 'definition'
                when unmoved_customers.customer_id is not null
                then 'cut_point'
                else 'behaviour'
            end as cause
        from changes
        cross join run_day
        left join definitions on changes.segmentation = definitions.segmentation
        left join merged_customers on changes.customer_id = merged_customers.customer_id
        left join
            not_profiled_sides
            on changes.customer_id = not_profiled_sides.customer_id
            and changes.segmentation = not_profiled_sides.segmentation
        left join known_before on changes.customer_id = known_before.customer_id
        left join
            unknown_sides
            on changes.customer_id = unknown_sides.customer_id
            and changes.segmentation = unknown_sides.segmentation
        left join
            unmoved_customers
            on changes.customer_id = unmoved_customers.customer_id
            and changes.segmentation = unmoved_customers.segmentation
        left join
            first_causes
            on changes.customer_id = first_causes.customer_id
            and changes.segmentation = first_causes.segmentation
            and changes.segment = first_causes.segment
            and changes.change = first_causes.change
    )

select *
from final
