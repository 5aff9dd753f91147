-- Items of a hit are numbered by their contents.
with
    items as (
        select hit_id, event_name, occurred_at, order_id, currency, {{ unnested("items") }} as item
        from {{ ref("ga4__hits") }}
        where arrival = 1
    ),

    final as (
        select
            hit_id,
            event_name,
            occurred_at,
            order_id,
            currency,
            item.item_id as product_id,
            item.item_name as product_name,
            item.item_brand as brand,
            item.item_category as category,
            item.item_category2 as subcategory,
            cast(item.quantity as decimal(18, 3)) as quantity,
            cast(item.price as decimal(18, 4)) as unit_price,
            row_number() over (
                partition by hit_id order by item.item_id nulls last, cast(item as string)
            ) as item_number
        from items
    )

select *
from final
