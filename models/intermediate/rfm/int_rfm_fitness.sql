-- Quantiles need enough data. The reason is the first condition that is not met. With few buyers,
-- cut points are uncertain. The 95 % interval of a fifth is 20 % +- 1.96 * sqrt(.2 * .8 / buyers),
-- which is 11 points for 50 buyers and 4 for 500.
with
    members as (select * from {{ ref("int_rfm_measures") }} where population <> 'prospects'),

    totals as (
        select
            population,
            count(*) filter (where orders > 0) as buyers,
            min(first_order_date) as first_order_date,
            max(last_order_date) as last_order_date,
            max(lifetime_orders) as orders_of_best_customer
        from members
        group by population
    ),

    spans as (
        select
            totals.*,
            {{ dbt.datediff("totals.first_order_date", "as_of.as_of_date", "day") }}
            as history_days,
            {{ dbt.datediff("totals.last_order_date", "as_of.as_of_date", "day") }} as idle_days
        from totals
        cross join {{ ref("as_of") }} as as_of
    ),

    reasons as (
        select
            *,
            case
                when buyers < {{ var("rfm_min_buyers") }}
                then 'fewer than {{ var("rfm_min_buyers") }} buyers in the window'
                when history_days < {{ var("rfm_min_history_days") }}
                then 'less than {{ var("rfm_min_history_days") }} days of history'
                when idle_days > {{ var("rfm_max_days_since_last_order") }}
                then 'no order in the last {{ var("rfm_max_days_since_last_order") }} days'
                when orders_of_best_customer < {{ var("rfm_min_orders_of_best_customer") }}
                then 'nobody has {{ var("rfm_min_orders_of_best_customer") }} orders'
            end as unfit_reason
        from spans
    ),

    final as (
        select
            population,
            cast(buyers as bigint) as buyers,
            unfit_reason is null as is_fit,
            unfit_reason,
            case
                when unfit_reason is null and buyers < {{ var("rfm_sure_buyers") }}
                then
                    {{
                        sentence(
                            "rough with fewer than "
                            ~ var("rfm_sure_buyers")
                            ~ " buyers: a fifth is 20 +- {"
                            ~ rounded("78.4e0 / sqrt(cast(buyers as double))", 0)
                            ~ "} %"
                        )
                    }}
            end as doubt
        from reasons
    )

select *
from final
