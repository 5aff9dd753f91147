{{ config(meta={"dagster": {"ref": {"name": "survey_samples"}}}) }}
-- The sample has the size given in its frame, and only people who agreed to surveys.
with
    drawn as (
        select
            samples.survey_id,
            samples.segment,
            count(distinct samples.customer_id) as people,
            count(distinct consents.customer_id) as people_who_agreed
        from {{ ref("survey_samples") }} as samples
        left join
            {{ ref("int_customer_consents") }} as consents
            on samples.customer_id = consents.customer_id
            and consents.purpose = 'survey'
            and consents.consent_state = 'granted'
        group by samples.survey_id, samples.segment
    )

select
    frames.survey_id,
    frames.segment,
    frames.frame_size,
    frames.sample_size,
    drawn.people,
    drawn.people_who_agreed
from {{ ref("survey_frames") }} as frames
left join drawn on frames.survey_id = drawn.survey_id and frames.segment = drawn.segment
where
    frames.sample_size > frames.frame_size
    or coalesce(drawn.people, 0) <> frames.sample_size
    or coalesce(drawn.people_who_agreed, 0) <> frames.sample_size
