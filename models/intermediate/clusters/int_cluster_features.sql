{{ config(materialized="view") }}
-- What buyers are compared by: counts, days and shares, an amount only as that of an average order.
with
    features as (select * from {{ ref("customer_features") }} where lifetime_orders > 0),

    final as (
        select
            customer_id,
            {%- for feature in var("cluster_features") %}
                cast({{ feature }} as double) as {{ feature }} {{- ',' if not loop.last }}
            {%- endfor %}
        from features
    )

select *
from final
