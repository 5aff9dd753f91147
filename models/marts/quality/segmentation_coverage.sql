-- Figures for the publish gate. The gate stops segmentations that miss a customer, count one
-- twice or name a segment that the catalogue lacks.
with
    segmentations as (select * from {{ ref("segmentations") }}),

    availability as (select * from {{ ref("segmentation_availability") }}),

    customer_totals as (select count(*) as customers from {{ ref("int_customers") }}),

    -- Weights are added up in whole billionths: the order of rows changes nothing, and the
    -- rounding of many small weights stays far below the millionth that the gate allows.
    weights as (
        select
            segmentation,
            customer_id,
            count(*) as rows_of_customer,
            sum(cast(round(coalesce(weight, 0) * 1000000000) as bigint)) as weight_in_billionths,
            count(*) filter (where is_primary) as primary_rows
        from {{ ref("fct_customer_segments") }}
        group by segmentation, customer_id
    ),

    assigned as (
        select
            segmentation,
            count(*) as customers_assigned,
            sum(rows_of_customer) as rows_assigned,
            max(abs(weight_in_billionths - 1000000000)) / 1000000000.0 as max_weight_error,
            count(*) filter (where primary_rows <> 1) as primary_errors
        from weights
        group by segmentation
    ),

    -- Read again, because DuckDB would keep a CTE of all rows in memory.
    assigned_segments as (
        select segmentation, segment, count(*) as rows_of_segment
        from {{ ref("fct_customer_segments") }}
        group by segmentation, segment
    ),

    unknown_segments as (
        select
            assigned_segments.segmentation,
            sum(assigned_segments.rows_of_segment) as unknown_segments
        from assigned_segments
        left join segmentations on assigned_segments.segmentation = segmentations.segmentation
        left join
            {{ ref("segments") }} as segments
            on assigned_segments.segmentation = segments.segmentation
            and assigned_segments.segment = segments.segment
        where
            assigned_segments.segment is null
            or segmentations.segmentation is null
            or (
                segmentations.segments_are_listed
                and segments.segment is null
                -- Every profiling segmentation has this segment without listing it.
                and not (segmentations.is_profiling and assigned_segments.segment = 'not_profiled')
            )
        group by assigned_segments.segmentation
    ),

    -- An available segmentation without rows is here with nobody assigned, and one that the
    -- catalogue lacks with nobody expected.
    segmentation_names as (
        select segmentation
        from segmentations
        union
        select segmentation
        from assigned
    ),

    final as (
        select
            segmentation_names.segmentation,
            coalesce(segmentations.is_hard, true) as is_hard,
            cast(
                case
                    when segmentations.segmentation is null
                    then 0
                    when not availability.is_available
                    then 0
                    else customer_totals.customers
                end as bigint
            ) as customers_expected,
            cast(coalesce(assigned.customers_assigned, 0) as bigint) as customers_assigned,
            cast(coalesce(assigned.rows_assigned, 0) as bigint) as rows_assigned,
            cast(coalesce(assigned.max_weight_error, 0) as double) as max_weight_error,
            cast(coalesce(assigned.primary_errors, 0) as bigint) as primary_errors,
            cast(coalesce(unknown_segments.unknown_segments, 0) as bigint) as unknown_segments
        from segmentation_names
        cross join customer_totals
        left join segmentations on segmentation_names.segmentation = segmentations.segmentation
        left join availability on segmentation_names.segmentation = availability.segmentation
        left join assigned on segmentation_names.segmentation = assigned.segmentation
        left join
            unknown_segments on segmentation_names.segmentation = unknown_segments.segmentation
    )

select *
from final
