-- Suppressions of a product: declared avoidances, the minimum age of the product, rules. Words are
-- compared in lower case.
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

    -- A declared avoidance is a tag, a category, a subcategory, a brand or a product.
    criteria as (
        select 'rule:' || rule as suppression, product_by, product_value
        from {{ ref("suppression_rules") }}
        {%- for kind in ["tag", "category", "subcategory", "brand", "product"] %}
            union all
            select 'declared:' || avoidance, '{{ kind }}', avoidance
            from avoidances
        {%- endfor %}
    ),

    covered_products as (
        select distinct products.product_id, criteria.suppression
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
            coalesce(products.category, 'unknown') as category,
            products.min_age,
            covered_products.suppression
        from products
        left join covered_products on products.product_id = covered_products.product_id
    )

select *
from final
