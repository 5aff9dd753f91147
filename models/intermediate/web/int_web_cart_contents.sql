with
    events as (select * from {{ ref("int_web_events") }}),

    sessions as (select * from {{ ref("int_web_sessions") }}),

    events_with_customer as (
        select events.*, sessions.customer_id
        from events
        inner join sessions on events.session_key = sessions.session_key
    ),

    {{ with_cart_contents("events_with_customer") }},

    final as (select * from cart_contents)

select *
from final
