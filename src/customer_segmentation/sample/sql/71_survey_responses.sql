-- Three surveys. Values and lifestyle: eight statements from 1 (disagree) to 5 (agree), slightly
-- related to wealth, age and habits. Segments: statements of people about themselves, to compare
-- with the data. Channels: where buyers of the last year buy and why, to confirm segments.
create table survey_questions as
select * from (values
    (1, 'lifestyle-2025', 'quality_first'), (2, 'lifestyle-2025', 'price_first'),
    (3, 'lifestyle-2025', 'tradition'), (4, 'lifestyle-2025', 'novelty'),
    (5, 'lifestyle-2025', 'family'), (6, 'lifestyle-2025', 'outdoors'),
    (7, 'lifestyle-2025', 'environment'), (8, 'lifestyle-2025', 'technology'),
    (11, 'segments-2025', 'stated_frequency'), (12, 'segments-2025', 'stated_channel'),
    (13, 'segments-2025', 'stated_price_attitude'), (14, 'segments-2025', 'stated_age_band'),
    (15, 'segments-2025', 'stated_household'), (16, 'segments-2025', 'comment'),
    (21, 'channels-2025', 'where_i_look_first'), (22, 'channels-2025', 'likes_advice'),
    (23, 'channels-2025', 'what_counts_most'), (24, 'channels-2025', 'stated_channel'),
    (25, 'channels-2025', 'stated_age_band')
) as listed (question_no, survey_id, question_id);

create view landing.survey_responses as
with invited as (
    select *, unnest(['lifestyle-2025', 'segments-2025', 'channels-2025']) as survey_id,
    from people
    where kind = 'contact' and age >= 16 and created_at < date '2025-04-01'
),

takers as (
    select *, chance('survey day', person_no) as day_draw
    from invited
    where
        case
            when survey_id <> 'channels-2025' then chance(survey_id, person_no) < 0.15
            else is_buyer and last_share > 0.75 and chance(survey_id, person_no) < 0.6
        end
),

asked as (
    select
        takers.*, survey_questions.question_no, survey_questions.question_id,
        takers.person_no * 100 + survey_questions.question_no as answer_no,
        case takers.survey_id
            when 'channels-2025' then date '2025-06-02' + seconds(86400 * 20 * takers.day_draw)
            else date '2025-04-01' + seconds(86400 * 60 * takers.day_draw)
        end + seconds(20 * survey_questions.question_no) as responded_at,
        -- other countries have no stores
        case when takers.country in ('AT', 'DE', 'CH') then takers.store_share else 0 end
            as store_habit,
    from takers
    inner join survey_questions using (survey_id)
),

answered as (
    select
        *, bell('answer', answer_no) as mood, chance('answer', answer_no) as answer_draw,
        dirt_by_share(['answer out of range', 'duplicate'], 'answer', answer_no, 0.0025) as dirt,
    from asked
    where chance('skips', person_no * 100 + question_no) >= 0.04
),

scored as (
    select
        *,
        case
            when question_no <= 8 or question_id = 'likes_advice'
                then cast(greatest(1, least(5, round(3 + mood + case question_id
                    when 'likes_advice' then 4 * (store_habit - 0.2)
                    when 'quality_first' then 0.5 * wealth
                    when 'price_first' then case when seeks_deals then 1.5 else -0.4 * wealth end
                    when 'tradition' then (age - 45) / 25
                    when 'novelty' then (42 - age) / 25 + case when is_impulsive then 1 else 0 end
                    when 'family' then case when children > 0 then 1.2 else -0.4 end
                    when 'outdoors' then case when favourite = 'garden' then 1 else 0 end
                    when 'environment' then 0.2
                    else (40 - age) / 30 + case when favourite = 'electronics' then 1 else 0 end
                end))) as int)
        end as points,
    from answered
),

copied as (
    select *, unnest(copies(dirt, ['duplicate'])) as copy_no
    from scored
),

final as (
    select
        printf('W%d', answer_no) as response_id, responded_at, survey_id, question_id, contact_id,
        null as email,
        case
            when points is not null then cast(points as varchar)
            -- one in eight answers is random
            when answer_draw < 0.12 then null
            when question_id = 'stated_frequency'
                then case
                    when orders <= 1 then 'once'
                    when orders <= 4 then 'few_times_a_year'
                    else 'monthly'
                end
            when question_id = 'where_i_look_first'
                then case
                    when mood + 7 * (store_habit - 0.3) > 0.5 then 'store'
                    when mood < -0.7 then 'leaflet'
                    else 'website'
                end
            when question_id = 'what_counts_most'
                then case
                    when seeks_deals or mood > 0.9 then 'price'
                    when mood + 4 * (store_habit - 0.3) > 0 then 'advice'
                    else 'convenience'
                end
            when survey_id = 'channels-2025' and question_id = 'stated_channel'
                then case
                    when store_habit > 0.6 then 'store'
                    when store_habit > 0.4 then 'both'
                    else 'online'
                end
            when question_id = 'stated_channel'
                then case when store_share > 0.4 then 'store' else 'online' end
            when question_id = 'stated_price_attitude'
                then case
                    when seeks_deals then 'bargains'
                    when wealth > 0.5 then 'quality'
                    else 'balanced'
                end
            when question_id = 'stated_age_band'
                then case
                    when age < 18 then '16_17'
                    when age < 25 then '18_24'
                    when age < 35 then '25_34'
                    when age < 45 then '35_44'
                    when age < 55 then '45_54'
                    when age < 65 then '55_64'
                    when age < 75 then '65_74'
                    else '75_plus'
                end
            when question_id = 'stated_household'
                then case
                    when children > 0 then 'with_children'
                    when marital_status in ('married', 'partnership') then 'couple'
                    else 'single'
                end
        end as answer_code,
        case when dirt = 'answer out of range' and question_no <= 8 then 11.0
            when points is not null then points + 0.0
        end as answer_number,
        answer_no * 2 + copy_no as sort_key,
    from copied
)

select * from final;
