-- Segmentations that this landing can answer. Without its tables, a segmentation would publish
-- guesses ("nobody ever bought"); without its values, what the source does not record ("nobody ever
-- used a coupon"). If nobody is known, because of the data or a refused model, it
-- would be a column of unknowns.
with
    segmentations as (select * from {{ ref("segmentations") }}),

    supplied_tables as (select * from {{ ref("landing_row_counts") }} where is_supplied),

    needed_tables as (
        select segmentations.segmentation, count(supplied_tables.table_name) as supplied
        from segmentations
        left join
            supplied_tables
            on '|' || segmentations.needs || '|' like '%|' || supplied_tables.table_name || '|%'
        group by segmentations.segmentation
    ),

    recorded_values as (
        select table_name, column_name, cast(null as string) as word
        from {{ ref("landed_columns") }}
        where rows_filled > 0 and column_name <> 'discount_amount'
        union all
        -- The discounts of orders and their lines.
        select 'orders', 'discount_amount', null
        from {{ ref("int_orders") }}
        having max(discount_amount) > 0
        union all
        select distinct 'events', 'event_type', event_type
        from {{ ref("int_web_events") }}
        where event_type is not null
    ),

    evidence_parts as (
        select evidence.segmentation, evidence.part
        from {{ ref("segmentation_evidence") }} as evidence
        left join
            recorded_values
            on evidence.table_name = recorded_values.table_name
            and evidence.column_name = recorded_values.column_name
            and coalesce(evidence.word, '') = coalesce(recorded_values.word, '')
        group by evidence.segmentation, evidence.part
        having count(recorded_values.table_name) = 0
    ),

    missing_evidence as (
        select segmentation, min(part) as part from evidence_parts group by segmentation
    ),

    rules as (select * from {{ ref("segment_rules") }}),

    known_customers as (
        select segmentation, count(*) as customers_known, count(distinct segment) > 1 as is_telling
        from {{ ref("customer_segments") }}
        where
            is_primary
            and segment not in ('unknown', 'too_few', 'not_applicable', 'not_profiled')
            -- Without rules, this is everybody.
            and (segment <> 'no_business_segment' or exists (select 1 from rules))
        group by segmentation
    ),

    reasons as (
        select 'business' as segmentation, 'there are no rules' as reason
        from rules
        having count(*) = 0
        union all
        select 'cluster', 'model refused: ' || replace(max(text), '_', ' ')
        from {{ ref("int_cluster_model") }}
        where part = 'model' and parameter = 'reason'
        union all
        select
            case
                segmentation
                when 'historic_value'
                then 'prospect_value'
                when 'rfm'
                then 'prospect_rfm'
            end,
            'model refused: ' || replace(text, '_', ' ')
        from {{ ref("prospect_model") }}
        where parameter = 'reason'
    ),

    final as (
        select
            segmentations.segmentation,
            segmentations.model,
            segmentations.family,
            segmentations.label,
            segmentations.description,
            segmentations.is_hard,
            segmentations.segments_are_listed,
            segmentations.is_profiling,
            segmentations.is_in_history,
            segmentations.is_in_dim_customers,
            segmentations.needs,
            needed_tables.supplied > 0
            and missing_evidence.segmentation is null
            and known_customers.customers_known is not null as is_available,
            case
                when needed_tables.supplied = 0
                then 'needs ' || replace(segmentations.needs, '|', ' or ') || ': not supplied'
                when missing_evidence.segmentation is not null
                then 'needs ' || missing_evidence.part || ': the landing has none'
                when known_customers.customers_known is null
                then
                    coalesce(
                        reasons.reason,
                        'known of nobody from ' || replace(segmentations.needs, '|', ' or ')
                    )
            end as unavailable_reason,
            coalesce(known_customers.is_telling, false) as is_telling,
            cast(coalesce(known_customers.customers_known, 0) as bigint) as customers_known
        from segmentations
        left join needed_tables on segmentations.segmentation = needed_tables.segmentation
        left join missing_evidence on segmentations.segmentation = missing_evidence.segmentation
        left join known_customers on segmentations.segmentation = known_customers.segmentation
        left join reasons on segmentations.segmentation = reasons.segmentation
    )

select *
from final
