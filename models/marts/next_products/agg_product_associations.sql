-- Products that customers buy with a product or in the order after it, in a category, or at all,
-- within rfm_window_days. The macro with_product_associations counts them; next_product_test counts
-- the same for purchases of the past.
with
    lines as (select * from {{ ref("int_window_lines") }}),

    {{ with_product_associations("lines") }},

    products as (select * from {{ gated("stg_shop__products") }}),

    bought_names as (
        select 'product' as bought_kind, product_id as bought, product_name from products
    ),

    final as (
        select
            cast(associations.bought_kind as string) as bought_kind,
            cast(associations.bought as string) as bought,
            cast(
                coalesce(bought_names.product_name, associations.bought) as string
            ) as bought_label,
            cast(associations.product_id as string) as product_id,
            cast(
                coalesce(products.product_name, associations.product_id) as string
            ) as product_name,
            cast(associations.association_rank as int) as association_rank,
            cast(associations.customers as bigint) as customers,
            cast(associations.share_percent as decimal(5, 2)) as share_percent,
            cast(associations.lift as decimal(18, 2)) as lift,
            cast(
                case
                    when
                        associations.customers_together >= {{ var("min_cell_customers") }}
                        and associations.customers_next >= {{ var("min_cell_customers") }}
                    then 'same or next order'
                    when associations.customers_together >= {{ var("min_cell_customers") }}
                    then 'same order'
                    when associations.customers_next >= {{ var("min_cell_customers") }}
                    then 'next order'
                end as string
            ) as bought_when
        from product_associations as associations
        left join
            bought_names
            on associations.bought_kind = bought_names.bought_kind
            and associations.bought = bought_names.bought
        left join products on associations.product_id = products.product_id
    )

select *
from final
