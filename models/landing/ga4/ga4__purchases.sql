-- A reloaded page sends its purchase again; the first one counts.
with
    purchases as (
        select *, row_number() over (partition by order_id order by microseconds, hit_id) as sending
        from {{ ref("ga4__hits") }}
        where event_name = 'purchase' and arrival = 1 and order_id is not null
    ),

    final as (select * from purchases where sending = 1)

select *
from final
