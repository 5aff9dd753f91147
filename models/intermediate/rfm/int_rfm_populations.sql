-- Who is compared with whom: all customers with one another, and companies among themselves, a
-- group of companies as one buyer.
with
    features as (select * from {{ ref("customer_features") }}),

    final as (
        select
            'customers' as population,
            customer_id,
            coalesce(contact_id, account_id) as buyer_key,
            first_order_date,
            last_order_date,
            recency_days,
            lifetime_orders,
            window_orders,
            window_net_amount
        from features
        union all
        select
            'companies',
            company_group_id,
            min(account_id),
            min(first_order_date),
            max(last_order_date),
            min(recency_days),
            cast(sum(lifetime_orders) as bigint),
            cast(sum(window_orders) as bigint),
            cast(sum(window_net_amount) as decimal(18, 2))
        from features
        where customer_kind = 'company'
        group by company_group_id
    )

select *
from final
