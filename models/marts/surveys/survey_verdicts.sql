-- Verdict on a segment. It is confirmed if its people answer differently from the rest, both in a
-- defining and in an independent question, and if they say that they are in it.
with
    confirmations as (select * from {{ ref("survey_confirmations") }} where answers is not null),

    evidence as (
        select
            survey_id,
            segment,
            max(answers) filter (where states = segmentation) as answers,
            max(agreeing) filter (where states = segmentation) as agreeing,
            max(agreement) filter (where states = segmentation) as agreement,
            max(kappa) filter (where states = segmentation) as kappa,
            count(*) filter (where role = 'defining') as defining_questions,
            count(*) filter (where role = 'independent') as independent_questions,
            coalesce(
                bool_or(is_distinct) filter (where role = 'defining'), false
            ) as defining_differs,
            coalesce(
                bool_or(is_distinct) filter (where role = 'independent'), false
            ) as independent_differs,
            {{ sorted_list("case when is_distinct then question_id end") }} as distinct_questions
        from confirmations
        group by survey_id, segment
    ),

    judged_segments as (
        select
            frames.survey_id,
            frames.segmentation,
            frames.segment,
            evidence.answers,
            evidence.agreement,
            evidence.kappa,
            evidence.defining_differs,
            evidence.independent_differs,
            evidence.distinct_questions,
            evidence.agreeing * 100
            >= {{ var("survey_min_agreement_percent") }} * evidence.answers as is_stated,
            evidence.answers is null
            or evidence.defining_questions = 0
            or evidence.independent_questions = 0 as is_too_few
        from {{ ref("survey_frames") }} as frames
        left join
            evidence on frames.survey_id = evidence.survey_id and frames.segment = evidence.segment
    ),

    final as (
        select
            cast(survey_id as string) as survey_id,
            cast(segmentation as string) as segmentation,
            cast(segment as string) as segment,
            cast(answers as bigint) as answers,
            cast(agreement as double) as agreement,
            cast(kappa as double) as kappa,
            cast(
                case
                    when is_too_few
                    then 'too_few'
                    when defining_differs and independent_differs and is_stated
                    then 'confirmed'
                    else 'not_distinct'
                end as string
            ) as verdict,
            cast(
                case
                    when is_too_few
                    then
                        'fewer than {{ [var("survey_min_answers") | int, var("min_cell_customers") | int] | max }} answers, or as few from the rest'
                    when defining_differs and independent_differs and is_stated
                    then 'stated, and different in ' || distinct_questions
                    else
                        concat_ws(
                            '; ',
                            case when not defining_differs then 'no defining question differs' end,
                            case
                                when not independent_differs then 'no independent question differs'
                            end,
                            case
                                when not is_stated
                                then
                                    'fewer than {{ var("survey_min_agreement_percent") }} % state it'
                            end
                        )
                end as string
            ) as reason
        from judged_segments
    )

select *
from final
