{{ config(meta={"dagster": {"ref": {"name": "survey_questions"}}}) }}
-- A verdict needs three questions: on a defining feature, on an independent feature, and a
-- statement of the own segment. Answers belong to existing questions and name segments of the
-- catalogue.
select studies.survey_id, 'a defining or independent question or a statement is missing' as problem
from {{ ref("survey_studies") }} as studies
left join {{ ref("survey_questions") }} as questions on studies.survey_id = questions.survey_id
group by studies.survey_id
having
    count(*) filter (where questions.role = 'defining') = 0
    or count(*) filter (where questions.role = 'independent') = 0
    or count(*) filter (where questions.states = studies.segmentation) <> 1
union all
select answers.survey_id, 'answers to ' || answers.question_id || ' explain no question' as problem
from {{ ref("survey_answers") }} as answers
left join
    {{ ref("survey_questions") }} as questions
    on answers.survey_id = questions.survey_id
    and answers.question_id = questions.question_id
where questions.question_id is null
union all
select
    answers.survey_id, answers.stated_segment || ' is no segment of ' || questions.states as problem
from {{ ref("survey_answers") }} as answers
inner join
    {{ ref("survey_questions") }} as questions
    on answers.survey_id = questions.survey_id
    and answers.question_id = questions.question_id
inner join
    {{ ref("segmentations") }} as segmentations on questions.states = segmentations.segmentation
left join
    {{ ref("segments") }} as segments
    on questions.states = segments.segmentation
    and answers.stated_segment = segments.segment
where
    answers.stated_segment is not null
    and segmentations.segments_are_listed
    and segments.segment is null
