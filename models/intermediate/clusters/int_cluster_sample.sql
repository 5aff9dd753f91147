-- The buyers that clusters are fitted to: those whose ids come first, which say nothing about them.
with
    features as (select * from {{ ref("int_cluster_features") }}),

    numbered_customers as (
        select *, row_number() over (order by customer_id) as customer_number from features
    ),

    final as (
        select
            customer_id,
            {%- for feature in var("cluster_features") %}
                {{ feature }} {{- ',' if not loop.last }}
            {%- endfor %}
        from numbered_customers
        where customer_number <= {{ var("cluster_max_fit_customers") }}
    )

select *
from final
