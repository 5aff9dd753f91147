-- Samples of people to ask. A hash with the seed of the study orders the people of a frame. The
-- order is as good as random, and the same frame always gives the same sample.
with
    eligible_people as (
        select * from {{ ref("contact_candidates") }} where list_kind = 'survey' and why_not is null
    ),

    drawn_people as (
        select
            frames.survey_id,
            frames.segmentation,
            frames.segment,
            frames.seed,
            frames.frame_size,
            frames.sample_size,
            eligible_people.customer_id,
            eligible_people.channels,
            row_number() over (
                partition by frames.survey_id, frames.segment
                order by
                    md5(
                        cast(frames.seed as string)
                        || '|'
                        || frames.survey_id
                        || '|'
                        || eligible_people.customer_id
                    ) asc,
                    eligible_people.customer_id asc
            ) as draw_rank
        from {{ ref("survey_frames") }} as frames
        inner join
            eligible_people
            on frames.survey_id = eligible_people.list_name
            and frames.segment = eligible_people.segment
    ),

    final as (
        select
            cast(survey_id as string) as survey_id,
            cast(segmentation as string) as segmentation,
            cast(segment as string) as segment,
            cast(customer_id as string) as customer_id,
            cast(channels as string) as channels,
            cast(frame_size as bigint) as frame_size,
            cast(sample_size as bigint) as sample_size,
            {{ exact_ratio("frame_size", "sample_size", 6) }} as weight,
            cast(seed as bigint) as seed,
            cast(draw_rank as bigint) as draw_rank
        from drawn_people
        where draw_rank <= sample_size
    )

select *
from final
