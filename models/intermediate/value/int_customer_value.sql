-- Value of a buyer: past value, expected purchases (days with a purchase) within 90 and 365 days,
-- their present value, and the rank among all buyers. If there is no forecast, the reason is
-- given. Tiers are shares of buyers, best first; equal values are in one tier. Ranks go from 100
-- (best) to 0. This is one file, because past and expected value are ranked by the same rules.
{% set amounts = {"historic": "lifetime_net_amount", "expected": "clv_365d"} %}
with
    objections as (select * from {{ ref("int_profiling_objections") }}),

    histories as (select * from {{ ref("int_purchase_histories") }} where period = 'all'),

    -- One candidate makes the forecast or gives the reason why there is none.
    purchase_model as (
        select model, reason, shows_alive
        from {{ ref("int_value_back_test") }}
        where outcome <> 'not_chosen'
    ),

    spend_model as (
        select
            max(not_estimable_reason) as reason,
            max(value) filter (where parameter = 'p') as p,
            max(value) filter (where parameter = 'q') as q,
            max(value) filter (where parameter = 'v') as v
        from {{ ref("int_value_parameters") }}
        where model = 'gamma_gamma' and period = 'all'
    ),

    expectations as (
        select
            customer_orders.customer_id,
            customer_orders.lifetime_net_amount,
            case
                when histories.customer_id is null
                then 'contract'
                when purchase_model.reason is not null
                then purchase_model.reason
                -- Under BG/NBD, one-time buyers never leave.
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
            -- Expected mean of Gamma-Gamma, given the number and amount of repeats.
            spend_model.p
            * (spend_model.v + cast(histories.repeat_net_amount as double))
            / (spend_model.p * histories.repeats + spend_model.q - 1) as order_amount
        from {{ ref("int_customer_orders") }} as customer_orders
        cross join {{ ref("as_of") }} as as_of
        cross join purchase_model
        cross join spend_model
        left join histories on customer_orders.customer_id = histories.customer_id
        left join
            {{ ref("int_history_forecasts") }} as forecasts
            on histories.repeats = forecasts.repeats
            and histories.recency_days = forecasts.recency_days
            and histories.age_days = forecasts.age_days
        left join objections on customer_orders.customer_id = objections.customer_id
        where objections.customer_id is null
    ),

    values_of_customers as (
        select
            customer_id,
            lifetime_net_amount,
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
    ),

    -- Places among all customers are counted within and above whole amounts, so that no task has
    -- to sort them all.
    whole_amounts as (
        {% for value, amount in amounts.items() %}
            select
                '{{ value }}' as value, floor({{ amount }}) as whole_amount, count(*) as customers
            from values_of_customers
            where {{ amount }} is not null
            group by floor({{ amount }}) {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    placed_amounts as (
        select
            value,
            whole_amount,
            sum(customers) over (partition by value) as customers,
            sum(customers) over (
                partition by value
                order by whole_amount desc
                rows between unbounded preceding and current row
            )
            - customers as customers_above
        from whole_amounts
    ),

    ranked_customers as (
        select
            values_of_customers.*,
            {%- for value, amount in amounts.items() %}
                {{ value }}.customers as {{ value }}_customers,
                case
                    when values_of_customers.{{ amount }} is not null
                    then
                        {{ value }}.customers_above + rank() over (
                            partition by floor(values_of_customers.{{ amount }})
                            order by values_of_customers.{{ amount }} desc
                        )
                end as {{ value }}_place {{- ',' if not loop.last }}
            {%- endfor %}
        from values_of_customers
        {%- for value, amount in amounts.items() %}
            left join
                placed_amounts as {{ value }}
                on {{ value }}.value = '{{ value }}'
                and floor(values_of_customers.{{ amount }}) = {{ value }}.whole_amount
        {%- endfor %}
    ),

    final as (
        select
            customer_id,
            not_estimable_reason,
            probability_alive,
            expected_purchases_90d,
            expected_purchases_365d,
            expected_next_order_date,
            expected_order_amount,
            clv_90d,
            clv_365d,
            {%- for value in amounts %}
                {%- set place, customers = value ~ "_place", value ~ "_customers" %}
                cast(
                    case
                        when {{ customers }} = 1 and {{ place }} = 1
                        then 100
                        else
                            {{
                                whole_quotient(
                                    "(100 * (" ~ customers ~ " - " ~ place ~ "))",
                                    "(" ~ customers ~ " - 1)",
                                )
                            }}
                    end as int
                ) as {{ value }}_value_rank,
                case
                    when 100 * ({{ place }} - 1) < {{ var("value_high_percent") }} * {{ customers }}
                    then 'high'
                    when
                        100 * ({{ place }} - 1)
                        < {{ var("value_high_percent") + var("value_medium_percent") }}
                        * {{ customers }}
                    then 'medium'
                    when {{ place }} is not null
                    then 'low'
                end as {{ value }}_value_tier
                {{- ',' if not loop.last }}
            {%- endfor %}
        from ranked_customers
    )

select *
from final
