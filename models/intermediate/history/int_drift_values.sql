-- What the distribution of features is compared by: how many customers have which value.
with
    features as (select * from {{ ref("customer_features") }}),

    all_values as (
        {% for feature in var("drift_features") %}
            select '{{ feature }}' as item, {{ rounded(feature, 2) }} as feature_value
            from features {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    final as (
        select item, feature_value, count(*) as customers
        from all_values
        group by item, feature_value
    )

select *
from final
