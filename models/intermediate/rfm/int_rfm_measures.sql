-- Members of each population with their purchases and measures. All customers are compared with
-- one another, and companies among themselves, with a group of companies as one buyer. Members
-- without orders in the window are not scored. Prospects are measured by days since the last
-- activity and number of active days; they have no net amount.
with
    features as (select * from {{ ref("customer_features") }}),

    lifecycle as (select * from {{ ref("int_customer_lifecycle") }} where active_days is not null),

    buyers as (
        select
            'customers' as population,
            customer_id,
            coalesce(contact_id, account_id) as buyer_key,
            first_order_date,
            last_order_date,
            lifetime_orders,
            recency_days,
            window_orders as orders,
            window_net_amount as net_amount
        from features
        union all
        select
            'companies',
            company_group_id,
            min(account_id),
            min(first_order_date),
            max(last_order_date),
            cast(sum(lifetime_orders) as bigint),
            min(recency_days),
            cast(sum(window_orders) as bigint),
            cast(sum(window_net_amount) as decimal(18, 2))
        from features
        where customer_kind = 'company'
        group by company_group_id
    ),

    final as (
        select
            population,
            customer_id,
            first_order_date,
            last_order_date,
            lifetime_orders,
            recency_days,
            orders,
            net_amount,
            {% if var("rfm_frequency_ties") == "row_order" -%}
                -- Published recipes rank ties by row position; here, by the buyer's key.
                row_number() over (
                    partition by population, orders > 0 order by orders, buyer_key, customer_id
                ) as frequency
            {%- else -%} orders as frequency
            {%- endif %}
        from buyers
        union all
        select
            'prospects',
            features.customer_id,
            features.first_order_date,
            features.last_order_date,
            features.lifetime_orders,
            lifecycle.days_since_activity,
            lifecycle.active_days as orders,
            null,
            lifecycle.active_days as frequency
        from features
        inner join lifecycle on features.customer_id = lifecycle.customer_id
        where features.lifetime_orders = 0
    )

select *
from final
