-- Who has bought lately, on the web up to now and elsewhere up to as_of_date: that person needs
-- no reminder and has decided.
with
    events as (select * from {{ ref("int_visit_events") }}),

    purchases as (select * from {{ ref("int_web_purchases") }}),

    moment as (select max(now_at) as now_at from events),

    all_purchases as (
        select customer_id, occurred_at as purchased_at
        from events
        where event_type = 'purchase'
        union all
        select customer_id, purchased_at
        from purchases
    ),

    final as (
        select all_purchases.customer_id, max(all_purchases.purchased_at) as last_purchased_at
        from all_purchases
        cross join moment
        where
            all_purchases.customer_id is not null
            and {{ microseconds_between("all_purchases.purchased_at", "moment.now_at") }}
            < {{ (var("indecisive_days") * 86400000000) | int }}
        group by all_purchases.customer_id
    )

select *
from final
