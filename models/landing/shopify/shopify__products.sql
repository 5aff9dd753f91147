with
    final as (
        select
            id as product_id,
            {{ exported_time("updated_at") }} as updated_at,
            title as product_name,
            product_type as category,
            vendor as brand,
            lower(status) = 'active' as is_available
        from {{ ref("shopify__raw_products") }}
        where not {{ is_marked_as_deleted(["_fivetran_deleted"]) }}
    )

select *
from final
