-- Counts of answers by segment. Empty answers and customers without a known segment do not count.
-- If the seed survey_answers lists answers of a question, other answers do not count.
with
    listed_answers as (select * from {{ ref("survey_answers") }}),

    memberships as (
        select *
        from {{ ref("segment_memberships") }}
        where segment not in ('unknown', 'too_few', 'not_applicable')
    ),

    listed_questions as (select distinct survey_id, question_id from listed_answers),

    understood_answers as (
        select
            studies.survey_id,
            studies.segmentation,
            studies.seed,
            questions.question_id,
            questions.role,
            questions.scale,
            questions.states,
            answers.customer_id,
            coalesce(listed_answers.stated_segment, answers.answer) as answer,
            case
                when questions.scale = 'ordinal'
                then
                    cast(
                        coalesce(
                            listed_answers.answer_rank,
                            {{ safe_cast_text("answers.answer", "int") }}
                        ) as double
                    )
            end as answer_rank
        from {{ ref("int_survey_answers") }} as answers
        inner join {{ ref("survey_studies") }} as studies on answers.survey_id = studies.survey_id
        inner join
            {{ ref("survey_questions") }} as questions
            on answers.survey_id = questions.survey_id
            and answers.question_id = questions.question_id
        left join
            listed_answers
            on answers.survey_id = listed_answers.survey_id
            and answers.question_id = listed_answers.question_id
            and answers.answer = listed_answers.answer
        left join
            listed_questions
            on answers.survey_id = listed_questions.survey_id
            and answers.question_id = listed_questions.question_id
        where
            answers.answer is not null
            and (listed_questions.survey_id is null or listed_answers.survey_id is not null)
    ),

    final as (
        select
            understood_answers.survey_id,
            understood_answers.segmentation,
            understood_answers.seed,
            understood_answers.question_id,
            understood_answers.role,
            understood_answers.scale,
            understood_answers.states,
            assigned.segment,
            understood_answers.answer,
            understood_answers.answer_rank,
            recorded.segment as recorded,
            count(*) as answers
        from understood_answers
        inner join
            memberships as assigned
            on understood_answers.customer_id = assigned.customer_id
            and understood_answers.segmentation = assigned.segmentation
        left join
            memberships as recorded
            on understood_answers.customer_id = recorded.customer_id
            and understood_answers.states = recorded.segmentation
        where
            (understood_answers.role <> 'statement' or recorded.segment is not null)
            and (
                understood_answers.scale is distinct from 'ordinal'
                or understood_answers.answer_rank is not null
            )
        group by
            understood_answers.survey_id,
            understood_answers.segmentation,
            understood_answers.seed,
            understood_answers.question_id,
            understood_answers.role,
            understood_answers.scale,
            understood_answers.states,
            assigned.segment,
            understood_answers.answer,
            understood_answers.answer_rank,
            recorded.segment
    )

select *
from final
