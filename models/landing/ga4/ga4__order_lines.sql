with
    final as (
        select
            items.order_id || '-' || cast(items.item_number as string) as order_line_id,
            items.order_id,
            items.product_id,
            coalesce(items.quantity, 1) as quantity,
            items.unit_price
        from {{ ref("ga4__items") }} as items
        inner join {{ ref("ga4__purchases") }} as purchases on items.hit_id = purchases.hit_id
    )

select *
from final
