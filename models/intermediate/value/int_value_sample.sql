-- The customers that the models are fitted to: those whose ids come first, which say nothing about
-- them, so that a fit costs the same however many customers there are.
with
    histories as (select * from {{ ref("int_purchase_histories") }}),

    numbered_histories as (
        select *, row_number() over (partition by period order by customer_id) as customer_number
        from histories
    ),

    final as (
        select
            period,
            customer_id,
            repeats,
            recency_days,
            age_days,
            cast(repeat_net_amount as double) as repeat_amount
        from numbered_histories
        where customer_number <= {{ var("value_max_fit_customers") }}
    )

select *
from final
