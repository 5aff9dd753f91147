-- The products of each event that counts. A tracker sends them as a list without keys: the number
-- follows their contents, and equal products are interchangeable.
with
    actions as (select * from {{ ref("snowplow_ecommerce__actions") }}),

    typed_products as (
        select
            actions.event_id,
            actions.event_type,
            actions.occurred_at,
            products.id as product_id,
            nullif(trim(products.name), '') as product_name,
            nullif(trim(products.category), '') as category_path,
            nullif(trim(products.brand), '') as brand,
            products.currency,
            try_cast(products.price as decimal(18, 4)) as price,
            try_cast(products.list_price as decimal(18, 4)) as list_price,
            try_cast(products.quantity as decimal(18, 3)) as quantity
        from {{ ref("snowplow_ecommerce__raw_products") }} as products
        inner join actions on products.root_id = actions.event_id
    ),

    final as (
        select
            event_id,
            row_number() over (
                partition by event_id
                order by
                    product_id nulls last,
                    category_path nulls last,
                    price nulls last,
                    quantity nulls last,
                    product_name nulls last,
                    brand nulls last
            ) as product_number,
            event_type,
            occurred_at,
            product_id,
            product_name,
            nullif(trim({{ dbt.split_part("category_path", "'/'", 1) }}), '') as category,
            nullif(trim({{ dbt.split_part("category_path", "'/'", 2) }}), '') as subcategory,
            brand,
            currency,
            price,
            list_price,
            quantity
        from typed_products
    )

select *
from final
