-- A product in several categories has the first of them by name.
with
    categories as (
        select coalesce(_dlt_parent_id, product_id) as product_key, min(name) as name
        from {{ ref("woocommerce__raw_product_categories") }}
        group by coalesce(_dlt_parent_id, product_id)
    ),

    final as (
        select
            products.id as product_id,
            {{ exported_time("products.date_modified_gmt") }} as updated_at,
            products.name as product_name,
            categories.name as category,
            coalesce(products.regular_price, products.price) as list_price,
            lower(products.stock_status) <> 'outofstock' as is_available
        from {{ ref("woocommerce__raw_products") }} as products
        left join categories on coalesce(products._dlt_id, products.id) = categories.product_key
    )

select *
from final
