-- A customer has an account; a guest is known by the e-mail address of the order.
with
    actions as (
        select * from {{ ref("snowplow_ecommerce__actions") }} where contact_id is not null
    ),

    ranked_actions as (
        select
            contact_id,
            email,
            min(occurred_at) over (partition by contact_id) as created_at,
            row_number() over (
                partition by contact_id
                order by
                    case when email is not null then 0 else 1 end,
                    occurred_at desc nulls last,
                    event_id
            ) as action_rank
        from actions
    ),

    final as (select contact_id, created_at, email from ranked_actions where action_rank = 1)

select *
from final
