-- Whether next_products finds what customers buy. The products are chosen from the purchases before
-- the last next_product_test_days, for the customers who then bought a product for the first time,
-- and compared with the bestsellers that each of them had not bought. Both are as many products. A
-- hit is a customer who bought one of them. The interval of the difference is for paired shares
-- (Bonett and Price 2012).
{% set days = var("next_product_test_days") %}
with
    as_of as (select as_of_date from {{ ref("as_of") }}),

    window_lines as (
        select
            lines.*,
            {{ dbt.datediff("lines.order_date", "as_of.as_of_date", "day") }}
            < {{ days }} as is_later
        from {{ ref("int_window_lines") }} as lines
        cross join as_of
    ),

    customer_products as (
        select customer_id, product_id, min(category) as category
        from window_lines
        where not is_later
        group by customer_id, product_id
    ),

    product_associations as (
        select * from {{ ref("agg_product_associations") }} where period = 'before'
    ),

    first_purchases as (
        select distinct later.customer_id, later.product_id
        from window_lines as later
        inner join
            (select distinct customer_id from customer_products) as customers
            on later.customer_id = customers.customer_id
        left join
            customer_products as owned
            on later.customer_id = owned.customer_id
            and later.product_id = owned.product_id
        where later.is_later and owned.product_id is null
    ),

    first_buyers as (select distinct customer_id from first_purchases),

    counted_buyers as (select count(*) as customers from first_buyers),

    -- About 10,000 are enough. A hash draws them.
    tested as (
        select first_buyers.customer_id
        from first_buyers
        cross join counted_buyers
        where
            {{ hash_number("first_buyers.customer_id", 1000000) }} * counted_buyers.customers
            < 10000000000
    ),

    {{ with_next_products("tested") }},

    hits as (
        select distinct next_products.customer_id
        from next_products
        inner join
            first_purchases
            on next_products.customer_id = first_purchases.customer_id
            and next_products.product_id = first_purchases.product_id
    ),

    bestsellers as (
        select product_id, count(*) as customers
        from customer_products
        group by product_id
        order by customers desc, product_id asc
        limit 200
    ),

    offered_bestsellers as (
        select
            tested.customer_id,
            bestsellers.product_id,
            row_number() over (
                partition by tested.customer_id
                order by bestsellers.customers desc, bestsellers.product_id asc
            ) as offer_rank
        from tested
        cross join bestsellers
        left join
            customer_products as owned
            on tested.customer_id = owned.customer_id
            and bestsellers.product_id = owned.product_id
        where owned.product_id is null
    ),

    bestseller_hits as (
        select distinct offered_bestsellers.customer_id
        from offered_bestsellers
        inner join
            first_purchases
            on offered_bestsellers.customer_id = first_purchases.customer_id
            and offered_bestsellers.product_id = first_purchases.product_id
        where offered_bestsellers.offer_rank <= {{ var("next_product_count") }}
    ),

    totals as (
        select
            count(*) as customers,
            count(hits.customer_id) as hits,
            count(bestseller_hits.customer_id) as bestseller_hits,
            count(*) filter (
                where hits.customer_id is not null and bestseller_hits.customer_id is null
            ) as only_hits,
            count(*) filter (
                where hits.customer_id is null and bestseller_hits.customer_id is not null
            ) as only_bestseller_hits
        from tested
        left join hits on tested.customer_id = hits.customer_id
        left join bestseller_hits on tested.customer_id = bestseller_hits.customer_id
    ),

    differences as (
        select
            *,
            cast(only_hits - only_bestseller_hits as double) / (customers + 2) as difference,
            cast(only_hits + only_bestseller_hits + 2 as double) / (customers + 2) as discordant
        from totals
    ),

    intervals as (
        select
            *,
            difference
            - 1.96 * sqrt((discordant - difference * difference) / (customers + 2)) as at_least,
            difference
            + 1.96 * sqrt((discordant - difference * difference) / (customers + 2)) as at_most
        from differences
    ),

    judged as (
        select
            *,
            case
                when customers < 30
                then 'too_few'
                when at_least > 0
                then 'better'
                when at_most < 0
                then 'worse'
                else 'equal'
            end as verdict
        from intervals
    ),

    rounded_figures as (
        select
            *,
            {{ exact_ratio("100 * hits", "customers", 1) }} as hit_percent,
            {{ exact_ratio("100 * bestseller_hits", "customers", 1) }} as bestseller_hit_percent,
            {{ rounded("100 * at_least", 1) }} as gain_at_least,
            {{ rounded("100 * at_most", 1) }} as gain_at_most
        from judged
    ),

    final as (
        select
            cast(as_of.as_of_date as date) as as_of_date,
            cast({{ days }} as int) as period_days,
            cast({{ var("next_product_count") }} as int) as products,
            cast(figures.customers as bigint) as customers,
            {%- for figure in [
                "hit_percent",
                "bestseller_hit_percent",
                "gain_at_least",
                "gain_at_most",
            ] %}
                cast(
                    case when figures.verdict <> 'too_few' then figures.{{ figure }} end as decimal(
                        5, 1
                    )
                ) as {{ figure }},
            {%- endfor %}
            cast(figures.verdict as string) as verdict,
            cast(
                case
                    when figures.verdict = 'too_few'
                    then
                        {{
                            sentence(
                                "withheld: {figures.customers} customers bought a product for the "
                                ~ "first time within "
                                ~ days
                                ~ " days, 30 are needed to test them"
                            )
                        }}
                    else
                        case when figures.verdict = 'worse' then 'withheld: ' else 'shown: ' end
                        ||
                        {{
                            sentence(
                                "{figures.hit_percent} % of {figures.customers} customers bought one of "
                                ~ var("next_product_count")
                                ~ " within "
                                ~ days
                                ~ " days, {figures.bestseller_hit_percent} % a bestseller"
                            )
                        }}
                end as string
            ) as message
        from rounded_figures as figures
        cross join as_of
    )

select *
from final
