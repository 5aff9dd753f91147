with
    -- Nine customers were billed in two countries: the latest one counts.
    ranked_lines as (
        select
            contact_id,
            country,
            min(invoiced_at) over (partition by contact_id) as first_invoiced_at,
            row_number() over (
                partition by contact_id order by invoiced_at desc nulls last, line_id
            ) as line_rank
        from {{ ref("online_retail__lines") }}
        where contact_id is not null
    ),

    final as (
        select contact_id, first_invoiced_at as created_at, country
        from ranked_lines
        where line_rank = 1
    )

select *
from final
