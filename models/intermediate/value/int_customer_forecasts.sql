-- What a customer brought so far, and what the models let expect: purchases (days on which one is
-- made) within 90 and 365 days, and their present value. Where they say nothing, the reason; the
-- value so far is there in any case.
with
    customer_orders as (select * from {{ ref("int_customer_orders") }}),

    objections as (select * from {{ ref("int_profiling_objections") }}),

    as_of as (select * from {{ ref("as_of") }}),

    histories as (select * from {{ ref("int_purchase_histories") }} where period = 'all'),

    forecasts as (select * from {{ ref("int_history_forecasts") }}),

    parameters as (select * from {{ ref("int_value_parameters") }} where period = 'all'),

    -- One candidate makes the forecast, or says why there is none.
    purchase_model as (
        select model, model_version, reason, shows_alive
        from {{ ref("int_value_back_test") }}
        where outcome <> 'not_chosen'
    ),

    spend_model as (
        select
            max(not_estimable_reason) as reason,
            max(value) filter (where parameter = 'p') as p,
            max(value) filter (where parameter = 'q') as q,
            max(value) filter (where parameter = 'v') as v
        from parameters
        where model = 'gamma_gamma'
    ),

    expectations as (
        select
            customer_orders.customer_id,
            customer_orders.lifetime_net_amount,
            purchase_model.model_version,
            case
                when histories.customer_id is null
                then 'contract'
                when purchase_model.reason is not null
                then purchase_model.reason
                -- BG/NBD has all of them alive for ever.
                when purchase_model.model = 'bg_nbd' and histories.repeats = 0
                then 'one_purchase'
            end as no_purchases_reason,
            spend_model.reason as no_spend_reason,
            case
                when purchase_model.shows_alive then forecasts.probability_alive
            end as probability_alive,
            forecasts.purchases_90d,
            forecasts.purchases_365d,
            forecasts.discounted_purchases_90d,
            forecasts.discounted_purchases_365d,
            cast(
                {{ dbt.dateadd("day", "forecasts.days_to_next_order", "as_of.as_of_date") }} as date
            ) as next_order_date,
            -- The mean of Gamma-Gamma, given repeats and what was spent on them.
            spend_model.p
            * (spend_model.v + cast(histories.repeat_net_amount as double))
            / (spend_model.p * histories.repeats + spend_model.q - 1) as order_amount
        from customer_orders
        cross join as_of
        cross join purchase_model
        cross join spend_model
        left join histories on customer_orders.customer_id = histories.customer_id
        left join
            forecasts
            on histories.repeats = forecasts.repeats
            and histories.recency_days = forecasts.recency_days
            and histories.age_days = forecasts.age_days
        left join objections on customer_orders.customer_id = objections.customer_id
        where objections.customer_id is null
    ),

    final as (
        select
            customer_id,
            lifetime_net_amount,
            model_version as value_model_version,
            coalesce(no_purchases_reason, no_spend_reason) as not_estimable_reason,
            {%- for name, value in {
                "probability_alive": rounded("probability_alive", 6),
                "expected_purchases_90d": rounded("purchases_90d", 6),
                "expected_purchases_365d": rounded("purchases_365d", 6),
                "expected_next_order_date": "next_order_date",
            }.items() %}
                case when no_purchases_reason is null then {{ value }} end as {{ name }},
            {%- endfor %}
            {%- for name, value in {
                "expected_order_amount": "order_amount",
                "clv_90d": "discounted_purchases_90d * order_amount * "
                ~ var("value_margin"),
                "clv_365d": "discounted_purchases_365d * order_amount * "
                ~ var("value_margin"),
            }.items() %}
                case
                    when coalesce(no_purchases_reason, no_spend_reason) is null
                    then {{ rounded(value, 2) }}
                end as {{ name }} {{- ',' if not loop.last }}
            {%- endfor %}
        from expectations
    )

select *
from final
