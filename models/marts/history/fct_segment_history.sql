-- The log as intervals: the customer is in the segment from valid_from until before valid_to. An
-- empty valid_to means that the interval lasts.
with
    changes_with_next as (
        select
            *,
            lead(logged_on) over one_segment as next_logged_on,
            lead(cause) over one_segment as next_cause
        from {{ ref("fct_segment_changes") }}
        window
            one_segment as (
                partition by customer_id, segmentation, segment order by logged_on asc, change desc
            )
    ),

    final as (
        select
            cast(customer_id as string) as customer_id,
            cast(segmentation as string) as segmentation,
            cast(segment as string) as segment,
            cast(logged_on as date) as valid_from,
            cast(next_logged_on as date) as valid_to,
            next_logged_on is null as is_current,
            cast(cause as string) as entered_because,
            cast(next_cause as string) as left_because,
            cast(definition_version as string) as definition_version
        from changes_with_next
        where change = 'enter'
    )

select *
from final
