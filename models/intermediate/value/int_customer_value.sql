-- How a buyer compares with the others. A tier is a share of buyers, best first; equal values
-- are in one tier. A rank goes from 100, the best, to 0.
with
    forecasts as (select * from {{ ref("int_customer_forecasts") }}),

    ranked_customers as (
        select
            *,
            count(*) over () as historic_customers,
            rank() over (order by lifetime_net_amount desc) as historic_place,
            count(clv_365d) over () as expected_customers,
            case
                when clv_365d is not null
                then rank() over (partition by clv_365d is null order by clv_365d desc)
            end as expected_place
        from forecasts
    ),

    final as (
        select
            customer_id,
            value_model_version,
            not_estimable_reason,
            probability_alive,
            expected_purchases_90d,
            expected_purchases_365d,
            expected_next_order_date,
            expected_order_amount,
            clv_90d,
            clv_365d,
            {%- for value in ["historic", "expected"] %}
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
