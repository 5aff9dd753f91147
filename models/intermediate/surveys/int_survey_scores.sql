-- The score of a scale is the mean of the points that the seed survey_scales gives for the
-- answers. Agreement is the score above neutral. The scales of a dimension share its weight by
-- agreement; the first of the strongest gets the remainder of rounding. Without agreement all
-- weights are 0. Scales with the same agreement are tied: none of them is dominant.
{% set neutral_points = 3 %}
with
    scores as (
        select
            answers.customer_id,
            scales.dimension,
            scales.scale,
            {{ rounded(exact_mean("scales.points"), 2) }} as score
        from {{ ref("int_survey_answers") }} as answers
        inner join
            {{ ref("survey_scales") }} as scales
            on answers.survey_id = scales.survey_id
            and answers.question_id = scales.question_id
            and answers.answer = scales.answer
        cross join {{ ref("as_of") }} as as_of
        where
            {{ dbt.datediff("answers.answered_date", "as_of.as_of_date", "day") }}
            < {{ var("survey_valid_days") }}
        group by answers.customer_id, scales.dimension, scales.scale
    ),

    agreements as (
        select
            *,
            case
                when score > {{ neutral_points }} then score - {{ neutral_points }} else 0
            end as agreement
        from scores
    ),

    ranked_scales as (
        select
            *,
            row_number() over (
                partition by customer_id, dimension order by agreement desc, scale asc
            ) as scale_rank,
            agreement > 0
            and agreement
            = max(agreement) over (partition by customer_id, dimension) as is_strongest,
            cast(agreement as double) / nullif(
                cast(sum(agreement) over (partition by customer_id, dimension) as double), 0
            ) as share
        from agreements
    ),

    rounded_shares as (
        select
            *,
            {{ rounded("share", 6) }} as rounded_share,
            sum(case when is_strongest then 1 else 0 end) over (
                partition by customer_id, dimension
            ) as strongest_scales
        from ranked_scales
    ),

    final as (
        select
            customer_id,
            dimension,
            scale,
            score,
            coalesce(
                {{ weight_of_parts("rounded_share", "scale_rank = 1", "customer_id, dimension") }},
                0
            ) as weight,
            is_strongest and strongest_scales = 1 as is_dominant,
            is_strongest and strongest_scales > 1 as is_tied
        from rounded_shares
    )

select *
from final
