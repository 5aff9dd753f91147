-- How many to ask: n0 = z2 p (1 - p) / e2 with p = 1/2, the most that any share takes, and for a
-- segment of N people ceil(n0 / (1 + (n0 - 1) / N)), in whole numbers.
with
    studies as (select * from {{ ref("survey_studies") }}),

    eligibility as (select * from {{ ref("survey_eligibility") }}),

    -- n0 as a fraction. The squares of z are the quantiles of chi-squared with one degree of
    -- freedom.
    precisions as (
        select
            *,
            cast(
                case
                    confidence_percent when 90 then 2705543 when 95 then 3841459 else 6634897
                end as bigint
            )
            * 2500 as most_people,
            cast(margin_percent as bigint) * margin_percent * 1000000 as per_people
        from studies
    ),

    counted_segments as (
        select
            survey_id,
            segment,
            count(*) as customers,
            count(*) filter (where exclusion = 'without_consent') as without_consent,
            count(*) filter (where exclusion = 'contacted_lately') as contacted_lately,
            count(*) filter (where exclusion is null) as frame_size
        from eligibility
        group by survey_id, segment
    ),

    fractions as (
        select
            precisions.survey_id,
            precisions.segmentation,
            precisions.label,
            precisions.seed,
            precisions.margin_percent,
            precisions.confidence_percent,
            counted_segments.segment,
            counted_segments.customers,
            counted_segments.without_consent,
            counted_segments.contacted_lately,
            counted_segments.frame_size,
            precisions.most_people * counted_segments.frame_size as dividend,
            precisions.per_people * (counted_segments.frame_size - 1)
            + precisions.most_people as divisor
        from precisions
        inner join counted_segments on precisions.survey_id = counted_segments.survey_id
    ),

    final as (
        select
            cast(survey_id as {{ dbt.type_string() }}) as survey_id,
            cast(segmentation as {{ dbt.type_string() }}) as segmentation,
            cast(segment as {{ dbt.type_string() }}) as segment,
            cast(label as {{ dbt.type_string() }}) as label,
            cast(seed as bigint) as seed,
            cast(margin_percent as int) as margin_percent,
            cast(confidence_percent as int) as confidence_percent,
            cast(customers as bigint) as customers,
            cast(without_consent as bigint) as without_consent,
            cast(contacted_lately as bigint) as contacted_lately,
            cast(frame_size as bigint) as frame_size,
            {{ whole_quotient("(dividend + divisor - 1)", "divisor") }} as sample_size
        from fractions
    )

select *
from final
