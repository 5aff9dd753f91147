{{ config(materialized="view") }}
-- What is known of a customer without a purchase too, so that buyers can say something about
-- prospects.
with
    features as (select * from {{ ref("customer_features") }}),

    final as (
        select
            customer_id,
            {%- for name in var("prospect_numbers") %}
                cast({{ name }} as double) as {{ name }},
            {%- endfor %}
            {%- for name in var("prospect_categories") %}
                cast({{ name }} as string) as {{ name }},
            {%- endfor %}
            lifetime_orders = 0 as is_prospect
        from features
    )

select *
from final
