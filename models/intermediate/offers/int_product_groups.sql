-- Products by the groups that suppressions and audiences name: tags, categories, subcategories,
-- brands, products and minimum ages. Words are compared in lower case. A declared avoidance is any
-- of them, so that its group is the same as that of a rule.
with
    products as (
        select
            *,
            lower(category) as category_word,
            lower(subcategory) as subcategory_word,
            lower(brand) as brand_word,
            lower(product_name) as name_word,
            ',' || replace(lower(coalesce(suitability_tags, '')), ' ', '') || ',' as tags
        from {{ gated("stg_shop__products") }}
    ),

    avoidances as (
        select distinct lower(preference_value) as avoidance
        from {{ ref("int_declared_preferences") }}
        where preference_type = 'avoidance'
    ),

    criteria as (
        select product_by, product_value
        from {{ ref("suppression_rules") }}
        union
        select product_by, product_value
        from {{ ref("audience_offers") }}
        {%- for kind in ["tag", "category", "subcategory", "brand", "product"] %}
            union
            select '{{ kind }}', avoidance
            from avoidances
        {%- endfor %}
    ),

    grouped_products as (
        select
            products.product_id,
            criteria.product_by || ':' || criteria.product_value as product_group
        from products
        inner join
            criteria
            on case
                criteria.product_by
                when 'tag'
                then instr(products.tags, ',' || criteria.product_value || ',') > 0
                when 'category'
                then products.category_word = criteria.product_value
                when 'subcategory'
                then products.subcategory_word = criteria.product_value
                when 'brand'
                then products.brand_word = criteria.product_value
                when 'product'
                then products.name_word = criteria.product_value
            end
        union all
        select product_id, 'min_age:' || cast(min_age as string)
        from products
        where min_age is not null
    ),

    final as (
        select
            products.product_id,
            coalesce(products.product_name, products.product_id) as product_name,
            coalesce(products.category, 'unknown') as category,
            products.min_age,
            grouped_products.product_group
        from products
        left join grouped_products on products.product_id = grouped_products.product_id
    )

select *
from final
