-- People that a survey could ask, and the sample size that its margin of error needs.
with
    candidates as (select * from {{ ref("contact_candidates") }} where list_kind = 'survey'),

    counted_segments as (
        select
            list_name as survey_id,
            segment,
            count(*) as customers,
            count(*) filter (where why_not in ('too_young', 'age_not_known')) as too_young,
            count(*) filter (where why_not in ('no_consent', 'unsubscribed')) as without_consent,
            count(*) filter (where why_not in ('no_address', 'deleted')) as without_address,
            count(*) filter (where why_not = 'frequency_cap') as contacted_lately,
            count(*) filter (where why_not is null) as frame_size
        from candidates
        group by list_name, segment
    ),

    final as (
        select
            cast(studies.survey_id as string) as survey_id,
            cast(studies.segmentation as string) as segmentation,
            cast(counted_segments.segment as string) as segment,
            cast(studies.label as string) as label,
            cast(studies.seed as bigint) as seed,
            cast(studies.margin_percent as int) as margin_percent,
            cast(studies.confidence_percent as int) as confidence_percent,
            cast(counted_segments.customers as bigint) as customers,
            cast(counted_segments.too_young as bigint) as too_young,
            cast(counted_segments.without_consent as bigint) as without_consent,
            cast(counted_segments.without_address as bigint) as without_address,
            cast(counted_segments.contacted_lately as bigint) as contacted_lately,
            cast(counted_segments.frame_size as bigint) as frame_size,
            {{
                sample_size(
                    "counted_segments.frame_size",
                    "studies.margin_percent",
                    "studies.confidence_percent",
                )
            }} as sample_size
        from {{ ref("survey_studies") }} as studies
        inner join counted_segments on studies.survey_id = counted_segments.survey_id
    )

select *
from final
