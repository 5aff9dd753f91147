{{ config(materialized="view") }}
-- What each candidate expected of the days after the calibration beside what happened then.
with
    histories as (select * from {{ ref("int_purchase_histories") }} where period = 'calibration'),

    forecasts as (select * from {{ ref("int_calibration_forecasts") }}),

    counted_histories as (
        select repeats, recency_days, age_days, later_days, later_purchases, count(*) as customers
        from histories
        group by repeats, recency_days, age_days, later_days, later_purchases
    ),

    final as (
        select
            forecasts.model,
            counted_histories.repeats,
            counted_histories.recency_days,
            counted_histories.age_days,
            counted_histories.later_days,
            counted_histories.later_purchases,
            forecasts.later_purchases as expected_later_purchases,
            forecasts.probability_alive,
            counted_histories.customers
        from counted_histories
        inner join
            forecasts
            on counted_histories.repeats = forecasts.repeats
            and counted_histories.recency_days = forecasts.recency_days
            and counted_histories.age_days = forecasts.age_days
    )

select *
from final
