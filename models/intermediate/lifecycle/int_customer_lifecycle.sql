-- First purchase, last comeback and activity of a customer. A comeback is a purchase after a gap
-- in which the customer counted as lapsed. An activity is anything but a purchase: the day of a
-- CRM record, a service contact that the customer began, or a session.
with
    orders as (select * from {{ ref("int_orders") }} where is_purchase and customer_id is not null),

    customer_orders as (select * from {{ ref("int_customer_orders") }}),

    contacts as (select * from {{ ref("int_customer_records") }} where account_id is null),

    sessions as (select * from {{ ref("int_web_sessions") }} where customer_id is not null),

    service_contacts as (
        select * from {{ ref("int_service_contacts") }} where customer_id is not null and is_inbound
    ),

    order_days as (select distinct customer_id, order_date from orders),

    order_gaps as (
        select
            customer_id,
            order_date,
            lag(order_date) over (
                partition by customer_id order by order_date
            ) as previous_order_date
        from order_days
    ),

    ranked_comebacks as (
        select
            customer_id,
            order_date as comeback_date,
            {{ dbt.datediff("previous_order_date", "order_date", "day") }} as comeback_gap_days,
            row_number() over (partition by customer_id order by order_date desc) as comeback_rank
        from order_gaps
        where
            previous_order_date is not null
            and {{ dbt.datediff("previous_order_date", "order_date", "day") }}
            >= {{ var("lifecycle_lapsed_days") }}
    ),

    comebacks as (select * from ranked_comebacks where comeback_rank = 1),

    activities as (
        select customer_id, cast(created_at as date) as activity_date
        from contacts
        where created_at is not null
        union all
        select customer_id, cast(created_at as date)
        from {{ ref("int_leads") }}
        where created_at is not null
        union all
        select customer_id, opened_date
        from service_contacts
        union all
        select customer_id, cast(ended_at as date)
        from sessions
    ),

    activity_totals as (
        select
            customer_id,
            max(activity_date) as last_activity_date,
            count(distinct activity_date) as active_days
        from activities
        group by customer_id
    ),

    final as (
        select
            customers.customer_id,
            cast(
                {{ dbt.datediff("customer_orders.first_order_date", "as_of.as_of_date", "day") }}
                as int
            ) as tenure_days,
            comebacks.comeback_date,
            cast(comebacks.comeback_gap_days as int) as comeback_gap_days,
            cast(
                {{ dbt.datediff("comebacks.comeback_date", "as_of.as_of_date", "day") }} as int
            ) as days_since_comeback,
            activity_totals.last_activity_date,
            cast(
                {{ dbt.datediff("activity_totals.last_activity_date", "as_of.as_of_date", "day") }}
                as int
            ) as days_since_activity,
            activity_totals.active_days
        from {{ ref("int_profiled_customers") }} as customers
        cross join {{ ref("as_of") }} as as_of
        left join customer_orders on customers.customer_id = customer_orders.customer_id
        left join comebacks on customers.customer_id = comebacks.customer_id
        left join activity_totals on customers.customer_id = activity_totals.customer_id
    )

select *
from final
