{{ config(materialized="view") }}
-- What was expected of the days after the calibration beside what happened then.
with
    histories as (select * from {{ ref("int_purchase_histories") }} where period = 'calibration'),

    forecasts as (select * from {{ ref("int_history_forecasts") }} where period = 'calibration'),

    final as (
        select
            histories.repeats,
            histories.recency_days,
            histories.age_days,
            histories.later_days,
            histories.later_purchases,
            forecasts.later_purchases as expected_later_purchases,
            count(*) as customers
        from histories
        left join
            forecasts
            on histories.repeats = forecasts.repeats
            and histories.recency_days = forecasts.recency_days
            and histories.age_days = forecasts.age_days
        group by
            histories.repeats,
            histories.recency_days,
            histories.age_days,
            histories.later_days,
            histories.later_purchases,
            forecasts.later_purchases
    )

select *
from final
