{# DuckLake has no comments of the columns of views. #}
{{ config(materialized="view", persist_docs={"relation": true, "columns": false}) }}
-- The history as entries and exits. The first day of a segmentation is no change.
with
    stays as (select * from {{ ref("fct_segment_history") }}),

    segmentation_days as (select * from {{ ref("int_segmentation_days") }}),

    days as (select distinct logged_on from segmentation_days),

    previous_days as (
        select days.logged_on, max(earlier_days.logged_on) as previous_day
        from days
        inner join days as earlier_days on days.logged_on > earlier_days.logged_on
        group by days.logged_on
    ),

    changes as (
        select
            customer_id,
            segmentation,
            segment,
            valid_from as logged_on,
            'enter' as change,
            entered_because as cause
        from stays
        where entered_because is not null
        union all
        select customer_id, segmentation, segment, valid_to, 'exit', left_because
        from stays
        where valid_to is not null
    ),

    final as (
        select
            cast(changes.customer_id as string) as customer_id,
            cast(changes.segmentation as string) as segmentation,
            cast(changes.segment as string) as segment,
            cast(changes.logged_on as date) as logged_on,
            cast(changes.change as string) as change,
            cast(changes.cause as string) as cause,
            -- A segmentation that is gone is left on the day after its last one.
            cast(
                coalesce(
                    definitions.definition_version, previous_definitions.definition_version
                ) as string
            ) as definition_version
        from changes
        left join previous_days on changes.logged_on = previous_days.logged_on
        left join
            segmentation_days as definitions
            on changes.segmentation = definitions.segmentation
            and changes.logged_on = definitions.logged_on
        left join
            segmentation_days as previous_definitions
            on changes.segmentation = previous_definitions.segmentation
            and previous_days.previous_day = previous_definitions.logged_on
    )

select *
from final
