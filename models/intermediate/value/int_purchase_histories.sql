-- Purchase history of a customer for the models of purchases. `repeats` is the number of days with
-- a purchase after the first, `recency_days` the time from the first to the last purchase,
-- `age_days` the time from the first purchase to the end of the period. The period is all days, or
-- the calibration, whose forecast is compared with later purchases.
with
    orders as (select * from {{ ref("int_orders") }} where is_purchase and customer_id is not null),

    records as (select * from {{ ref("int_customer_records") }}),

    objections as (select * from {{ ref("int_profiling_objections") }}),

    purchase_days as (
        select customer_id, order_date, sum(net_amount) as net_amount
        from orders
        group by customer_id, order_date
    ),

    first_days as (
        select purchase_days.customer_id, min(purchase_days.order_date) as first_date
        from purchase_days
        left join records on purchase_days.customer_id = records.customer_id
        left join objections on purchase_days.customer_id = objections.customer_id
        where
            -- The models do not describe purchases under a contract.
            not coalesce(records.has_contract, false) and objections.customer_id is null
        group by purchase_days.customer_id
    ),

    known_days as (
        select
            as_of.as_of_date,
            {{ dbt.datediff("first_days.first_date", "as_of.as_of_date", "day") }} as days
        from {{ ref("as_of") }} as as_of
        cross join (select min(first_date) as first_date from first_days) as first_days
        where first_days.first_date is not null
    ),

    period_days as (
        select 'all' as period, as_of_date, 0 as later_days
        from known_days
        union all
        select
            'calibration',
            as_of_date,
            {{ whole_quotient("days * " ~ (100 - var("value_calibration_percent")), "100") }}
        from known_days
    ),

    periods as (
        select
            period,
            cast(later_days as int) as later_days,
            cast(
                {{ dbt.dateadd("day", "cast(-later_days as int)", "as_of_date") }} as date
            ) as last_date
        from period_days
    ),

    period_purchases as (
        select
            periods.period,
            periods.later_days,
            periods.last_date,
            purchase_days.customer_id,
            purchase_days.order_date,
            purchase_days.net_amount,
            first_days.first_date,
            purchase_days.order_date <= periods.last_date as is_known,
            purchase_days.order_date > first_days.first_date as is_repeat
        from purchase_days
        inner join first_days on purchase_days.customer_id = first_days.customer_id
        inner join periods on first_days.first_date <= periods.last_date
    ),

    histories as (
        select
            period,
            customer_id,
            later_days,
            last_date,
            first_date,
            max(order_date) filter (where is_known) as last_purchase_date,
            cast(count(*) filter (where is_known and is_repeat) as int) as repeats,
            cast(
                coalesce(sum(net_amount) filter (where is_known and is_repeat), 0) as decimal(18, 2)
            ) as repeat_net_amount,
            cast(count(*) filter (where not is_known) as int) as later_purchases
        from period_purchases
        group by period, customer_id, later_days, last_date, first_date
    ),

    final as (
        select
            period,
            customer_id,
            repeats,
            cast(
                {{ dbt.datediff("first_date", "last_purchase_date", "day") }} as int
            ) as recency_days,
            cast({{ dbt.datediff("first_date", "last_date", "day") }} as int) as age_days,
            repeat_net_amount,
            later_days,
            later_purchases
        from histories
    )

select *
from final
