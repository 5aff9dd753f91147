{#- CTEs from `customer_products` and `product_associations` to `next_products`: the
    next_product_count products that a customer has not bought, with the largest share among those
    who bought the same. `customers`: a relation of those who get them. `unsuitable`: a relation of
    customers and products that are left out. -#}
{%- macro with_next_products(customers, unsuitable=none) -%}
    owned_products as (
        select customer_products.*
        from customer_products
        inner join
            {{ customers }} as customers on customer_products.customer_id = customers.customer_id
    ),

    bought_things as (
        select customer_id, 'product' as bought_kind, product_id as bought
        from owned_products
        union all
        select distinct customer_id, 'category', category
        from owned_products
        union all
        select distinct customer_id, 'anything', 'anything'
        from owned_products
    ),

    candidates as (
        select
            bought_things.customer_id,
            associations.*,
            row_number() over (
                partition by bought_things.customer_id, associations.product_id
                order by
                    associations.share_percent desc,
                    -- A product tells more than a category, and a category more than anything.
                    associations.bought_kind desc,
                    associations.bought asc
            ) as reason_rank
        from bought_things
        inner join
            product_associations as associations
            on bought_things.bought_kind = associations.bought_kind
            and bought_things.bought = associations.bought
        left join
            owned_products as owned
            on bought_things.customer_id = owned.customer_id
            and associations.product_id = owned.product_id
        where owned.product_id is null
    ),

    suitable_candidates as (
        select candidates.*
        from candidates
        {%- if unsuitable %}
            left join
                {{ unsuitable }} as unsuitable
                on candidates.customer_id = unsuitable.customer_id
                and candidates.product_id = unsuitable.product_id
        {%- endif %}
        where
            candidates.reason_rank = 1
            {%- if unsuitable %} and unsuitable.product_id is null {%- endif %}
    ),

    ranked_candidates as (
        select
            *,
            row_number() over (
                partition by customer_id order by share_percent desc, product_id asc
            ) as product_rank
        from suitable_candidates
    ),

    next_products as (
        select * from ranked_candidates where product_rank <= {{ var("next_product_count") }}
    )
{%- endmacro -%}
