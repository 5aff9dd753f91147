with
    recorded_channels as (
        select customer_id, source_channel, created_at, customer_id as record_key
        from {{ ref("int_customer_records") }}
        where source_channel is not null
        union all
        select customer_id, source_channel, created_at, lead_id
        from {{ ref("int_leads") }}
        where source_channel is not null
    ),

    ranked_channels as (
        select
            *,
            row_number() over (
                partition by customer_id order by created_at asc nulls last, record_key asc
            ) as channel_rank
        from recorded_channels
    ),

    final as (select customer_id, source_channel from ranked_channels where channel_rank = 1)

select *
from final
