-- Tests of each question: the answers of a segment against those of the others. A difference
-- counts if it is unlikely by chance and large enough to matter.
with
    final as (
        select
            cast(survey_id as string) as survey_id,
            cast(segmentation as string) as segmentation,
            cast(segment as string) as segment,
            cast(question_id as string) as question_id,
            cast(role as string) as role,
            cast(states as string) as states,
            cast(answers as bigint) as answers,
            cast(test as string) as test,
            cast(statistic as double) as statistic,
            cast(degrees_of_freedom as int) as degrees_of_freedom,
            cast(p_value as double) as p_value,
            cast(adjusted_p as double) as adjusted_p,
            cast(effect_size as double) as effect_size,
            case
                when role <> 'statement' and answers is not null
                then
                    coalesce(
                        adjusted_p < {{ var("survey_max_p") }}
                        and effect_size >= case
                            when test = 'kruskal_wallis'
                            then {{ var("survey_min_epsilon_squared") }}
                            else {{ var("survey_min_cramers_v") }}
                        end,
                        false
                    )
            end as is_distinct,
            cast(agreeing as bigint) as agreeing,
            cast(cast(agreeing as double) / answers as double) as agreement,
            cast(kappa as double) as kappa
        from {{ ref("survey_tests") }}
    )

select *
from final
