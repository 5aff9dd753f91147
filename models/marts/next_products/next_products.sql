-- Products to offer a customer next: not bought within rfm_window_days, available, and not
-- suppressed. The reason is what the customer bought. Customers without a purchase in the window
-- have no row, and nobody has one if next_product_test finds the products worse than bestsellers or
-- has too few customers to tell.
with
    customer_products as (
        select customer_id, product_id, min(category) as category
        from {{ ref("int_window_lines") }}
        group by customer_id, product_id
    ),

    customers as (select distinct customer_id from customer_products),

    tests as (select * from {{ ref("next_product_test") }} where verdict in ('better', 'equal')),

    product_associations as (
        select associations.*
        from {{ ref("agg_product_associations") }} as associations
        cross join tests
        where associations.period = 'now'
    ),

    suppressed_products as (
        select distinct suppressions.customer_id, product_groups.product_id
        from {{ ref("int_customer_suppressions") }} as suppressions
        inner join
            {{ ref("int_product_groups") }} as product_groups
            on suppressions.product_group = product_groups.product_group
        inner join
            (select distinct product_id from product_associations) as offered
            on product_groups.product_id = offered.product_id
    ),

    {{ with_next_products("customers", "suppressed_products") }},

    final as (
        select
            cast(next_products.customer_id as string) as customer_id,
            cast(next_products.product_rank as int) as product_rank,
            cast(next_products.product_id as string) as product_id,
            cast(next_products.product_name as string) as product_name,
            cast(next_products.bought_kind as string) as bought_kind,
            cast(next_products.bought as string) as bought,
            cast(next_products.share_percent as decimal(5, 2)) as share_percent,
            cast(next_products.lift as decimal(18, 2)) as lift,
            cast(
                case
                    next_products.bought_kind
                    when 'anything'
                    then
                        {{
                            sentence(
                                "an estimated {next_products.share_percent} % of all buyers buy it"
                            )
                        }}
                    else
                        {{
                            sentence(
                                "an estimated {next_products.share_percent} % of the buyers of "
                                ~ "{next_products.bought_label} buy it"
                            )
                        }}
                end as string
            ) as reason
        from next_products
    )

select *
from final
