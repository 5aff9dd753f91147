-- Categories that may be offered to a customer. A customer is eligible for a category if at least
-- one of its products is not suppressed; `why_not` has the reasons for the others. `replenish_on`
-- says
-- when it is time for it again. Customers who object to profiling have no row.
with
    customers as (select * from {{ ref("int_profiled_customers") }}),

    product_groups as (select * from {{ ref("int_product_groups") }}),

    categories as (
        select category, count(distinct product_id) as products
        from product_groups
        group by category
    ),

    suppressed_categories as (
        select
            customer_suppressions.customer_id,
            product_groups.category,
            count(distinct product_groups.product_id) as suppressed_products,
            {{ sorted_list("customer_suppressions.reason_code") }} as why_not
        from {{ ref("int_customer_suppressions") }} as customer_suppressions
        inner join
            product_groups on customer_suppressions.product_group = product_groups.product_group
        group by customer_suppressions.customer_id, product_groups.category
    ),

    final as (
        select
            cast(customers.customer_id as string) as customer_id,
            cast(categories.category as string) as category,
            cast(categories.products as bigint) as products,
            cast(
                categories.products
                - coalesce(suppressed_categories.suppressed_products, 0) as bigint
            ) as eligible_products,
            coalesce(suppressed_categories.suppressed_products, 0)
            < categories.products as is_eligible,
            cast(suppressed_categories.why_not as string) as why_not,
            cast(bought_categories.last_order_date as date) as last_order_date,
            cast(bought_categories.usual_gap_days as int) as usual_gap_days,
            cast(
                case
                    when
                        coalesce(suppressed_categories.suppressed_products, 0) < categories.products
                    then bought_categories.replenish_on
                end as date
            ) as replenish_on
        from customers
        cross join categories
        left join
            suppressed_categories
            on customers.customer_id = suppressed_categories.customer_id
            and categories.category = suppressed_categories.category
        left join
            {{ ref("int_customer_categories") }} as bought_categories
            on customers.customer_id = bought_categories.customer_id
            and categories.category = bought_categories.category
    )

select *
from final
