-- Soft: a customer is in each category as far as the money of the window went there. A category
-- that earned nothing after discounts and refunds has no share.
with
    customers as (select * from {{ ref("customer_features") }}),

    categories as (select * from {{ ref("int_customer_categories") }} where net_amount > 0),

    category_shares as (
        select
            *,
            -- Decimals until the last step: the same to the last bit in any order of rows.
            cast(net_amount as double)
            / cast(sum(net_amount) over (partition by customer_id) as double) as share
        from categories
    ),

    final as (
        select
            customers.customer_id,
            'category_mix' as segmentation,
            coalesce(category_shares.category, 'unknown') as segment,
            coalesce(category_shares.share, cast(1 as double)) as weight,
            coalesce(category_shares.amount_rank = 1, true) as is_primary,
            case
                when category_shares.category is not null
                then
                    'purchases: '
                    || cast(category_shares.orders as string)
                    || ', {{ var("reporting_currency") }} '
                    || cast(category_shares.net_amount as string)
                when customers.lifetime_orders = 0
                then 'no purchase yet'
                when customers.window_orders = 0
                then 'last purchase ' || cast(customers.last_order_date as string)
                else 'no product of a known category'
            end as reason
        from customers
        left join category_shares on customers.customer_id = category_shares.customer_id
    )

select *
from final
