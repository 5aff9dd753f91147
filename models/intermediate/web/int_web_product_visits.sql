with
    events as (select * from {{ ref("int_web_events") }}), final as ({{ product_visits("events") }})

select *
from final
