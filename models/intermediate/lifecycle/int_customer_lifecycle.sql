-- Where a customer stands between the first purchase and the last, and how much is known of whom.
with
    customers as (select * from {{ ref("int_profiled_customers") }}),

    comebacks as (select * from {{ ref("int_customer_comebacks") }}),

    activities as (select * from {{ ref("int_customer_activities") }}),

    customer_orders as (select * from {{ ref("int_customer_orders") }}),

    as_of as (select * from {{ ref("as_of") }}),

    final as (
        select
            customers.customer_id,
            cast(
                {{ dbt.datediff("customer_orders.first_order_date", "as_of.as_of_date", "day") }}
                as int
            ) as tenure_days,
            comebacks.comeback_date,
            comebacks.comeback_gap_days,
            cast(
                {{ dbt.datediff("comebacks.comeback_date", "as_of.as_of_date", "day") }} as int
            ) as days_since_comeback,
            activities.last_activity_date,
            activities.days_since_activity,
            activities.active_days
        from customers
        cross join as_of
        left join customer_orders on customers.customer_id = customer_orders.customer_id
        left join comebacks on customers.customer_id = comebacks.customer_id
        left join activities on customers.customer_id = activities.customer_id
    )

select *
from final
