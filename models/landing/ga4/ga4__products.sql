-- The latest item that has the product's name.
with
    items as (
        select
            *,
            row_number() over (
                partition by product_id
                order by
                    case when product_name is null then 1 else 0 end,
                    occurred_at desc,
                    hit_id,
                    item_number
            ) as item_rank
        from {{ ref("ga4__items") }}
        where product_id is not null and product_id <> '(not set)'
    ),

    final as (
        select
            product_id,
            product_name,
            nullif(category, '(not set)') as category,
            nullif(subcategory, '(not set)') as subcategory,
            nullif(brand, '(not set)') as brand,
            unit_price as list_price,
            currency
        from items
        where item_rank = 1
    )

select *
from final
