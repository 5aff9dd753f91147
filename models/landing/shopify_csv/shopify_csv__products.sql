-- Rows of a product after its first one have no title; rows of further pictures have no variant.
with
    variants as (
        select
            *,
            max(title) over (partition by handle) as product_title,
            max(type) over (partition by handle) as product_type,
            max(vendor) over (partition by handle) as product_vendor,
            max(status) over (partition by handle) as product_status
        from {{ ref("shopify_csv__raw_products") }}
    ),

    final as (
        select
            coalesce(variant_sku, product_title) as product_id,
            product_title as product_name,
            product_type as category,
            product_vendor as brand,
            variant_price as list_price,
            lower(product_status) = 'active' as is_available
        from variants
        where variant_price is not null
    )

select *
from final
