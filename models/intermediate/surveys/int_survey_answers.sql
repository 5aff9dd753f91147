-- The latest answer to a question counts, of customers who may be profiled. Free text is left out,
-- because no model needs it.
with
    survey_responses as (select * from {{ gated("stg_service__survey_responses") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    objections as (select * from {{ ref("int_profiling_objections") }}),

    {{ with_customer("survey_responses") }},

    ranked_answers as (
        select
            customer_id,
            survey_id,
            question_id,
            cast(responded_at as date) as answered_date,
            -- Some survey tools export only the number.
            coalesce(
                lower(answer_code),
                case
                    when answer_number = floor(answer_number) and abs(answer_number) < 1000000000
                    then cast(cast(answer_number as bigint) as string)
                end
            ) as answer,
            row_number() over (
                partition by customer_id, survey_id, question_id
                order by responded_at desc, response_id desc
            ) as recency_rank
        from rows_with_customer
        where customer_id is not null
    ),

    final as (
        select
            ranked_answers.customer_id,
            ranked_answers.survey_id,
            ranked_answers.question_id,
            ranked_answers.answer,
            ranked_answers.answered_date
        from ranked_answers
        left join objections on ranked_answers.customer_id = objections.customer_id
        where ranked_answers.recency_rank = 1 and objections.customer_id is null
    )

select *
from final
