{#- Views and adds of products: one row per session and product of the events of `relation`. -#}
{%- macro product_visits(relation) -%}
    select
        session_key,
        product_id,
        max(category) as category,
        count(*) filter (where event_type = 'product_view') as product_views,
        count(*) filter (where event_type = 'add_to_cart') as adds,
        min(case when event_type = 'product_view' then occurred_at end) as first_viewed_at,
        min(case when event_type = 'add_to_cart' then occurred_at end) as first_added_at
    from {{ relation }}
    where product_id is not null and event_type in ('product_view', 'add_to_cart')
    group by session_key, product_id
{%- endmacro -%}
