-- Lapsed buyers have no measures. A prospect is measured by days since the last activity and number
-- of active days; there is no value to measure.
with
    members as (select * from {{ ref("int_rfm_populations") }}),

    lifecycle as (select * from {{ ref("int_customer_lifecycle") }} where active_days is not null),

    final as (
        select
            population,
            customer_id,
            recency_days,
            window_orders as orders,
            window_net_amount as net_amount,
            {% if var("rfm_frequency_ties") == "row_order" -%}
                -- Published recipes rank ties by the position of the row: here, by the buyer's key.
                row_number() over (
                    partition by population order by window_orders, buyer_key, customer_id
                ) as frequency
            {%- else -%} window_orders as frequency
            {%- endif %}
        from members
        where window_orders > 0
        union all
        select
            'prospects',
            members.customer_id,
            lifecycle.days_since_activity,
            lifecycle.active_days as orders,
            null,
            lifecycle.active_days as frequency
        from members
        inner join lifecycle on members.customer_id = lifecycle.customer_id
        where members.population = 'customers' and members.lifetime_orders = 0
    )

select *
from final
