-- A product has the values of its latest event.
with
    action_products as (
        select * from {{ ref("snowplow_ecommerce__action_products") }} where product_id is not null
    ),

    ranked_products as (
        select
            *,
            row_number() over (
                partition by product_id
                order by occurred_at desc nulls last, event_id desc, product_number desc
            ) as product_rank
        from action_products
    ),

    final as (
        select
            product_id,
            product_name,
            category,
            subcategory,
            brand,
            coalesce(list_price, price) as list_price,
            currency
        from ranked_products
        where product_rank = 1
    )

select *
from final
