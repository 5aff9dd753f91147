-- Categories that may be offered to a customer. A customer is eligible for a category if at least
-- one of its products is not suppressed; `why_not` has the reasons for the others. `replenish_on`
-- says when it is time for it again. Customers who object to profiling have no row.
--
-- Many customers have the same suppressions, so that products are listed once per set of them.
with
    customers as (select * from {{ ref("int_profiled_customers") }}),

    product_groups as (select * from {{ ref("int_product_groups") }}),

    categories as (
        select category, count(distinct product_id) as products
        from product_groups
        group by category
    ),

    suppressions as (select * from {{ ref("int_customer_suppressions") }}),

    customer_sets as (
        select
            customer_id, {{ sorted_list("product_group || ' ' || reason_code") }} as suppression_set
        from suppressions
        group by customer_id
    ),

    sets as (
        select suppression_set, min(customer_id) as example_customer_id
        from customer_sets
        group by suppression_set
    ),

    set_products as (
        select
            sets.suppression_set,
            product_groups.category,
            product_groups.product_id,
            product_groups.product_name,
            suppressions.reason_code,
            dense_rank() over (
                partition by sets.suppression_set, product_groups.category
                order by product_groups.product_name, product_groups.product_id
            ) as product_rank
        from sets
        inner join suppressions on sets.example_customer_id = suppressions.customer_id
        inner join product_groups on suppressions.product_group = product_groups.product_group
    ),

    set_categories as (
        select
            suppression_set,
            category,
            count(distinct product_id) as suppressed_products,
            {{ sorted_list("reason_code") }} as why_not,
            {{ sorted_list("case when product_rank <= 5 then product_name end") }}
            || case when max(product_rank) > 5 then ', ...' else '' end as not_offered
        from set_products
        group by suppression_set, category
    ),

    suppressed_categories as (
        select customer_sets.customer_id, set_categories.*
        from customer_sets
        inner join set_categories on customer_sets.suppression_set = set_categories.suppression_set
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
            cast(suppressed_categories.not_offered as string) as not_offered,
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
