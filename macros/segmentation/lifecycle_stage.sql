{#- The stage of a customer by numbers of days since the last purchase, the first one and the last
    comeback; null for the last one without a comeback. -#}
{%- macro lifecycle_stage(orders, recency_days, tenure_days, days_since_comeback) -%}
    case
        when {{ orders }} = 0
        then 'prospect'
        when {{ recency_days }} >= {{ var("lifecycle_lapsed_days") }}
        then 'lapsed'
        when {{ recency_days }} >= {{ var("lifecycle_lapsing_days") }}
        then 'lapsing'
        when {{ tenure_days }} <= {{ var("new_customer_days") }}
        then 'new'
        when {{ days_since_comeback }} <= {{ var("won_back_days") }}
        then 'won_back'
        else 'active'
    end
{%- endmacro -%}
