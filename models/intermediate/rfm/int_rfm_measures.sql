-- Lapsed buyers have no measures. A prospect is measured by days since the last activity and number
-- of active days; there is no value to measure.
with
    members as (select * from {{ ref("int_rfm_populations") }}),

    activities as (select * from {{ ref("int_customer_activities") }}),

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
            activities.days_since_activity,
            activities.active_days as orders,
            null,
            activities.active_days as frequency
        from members
        inner join activities on members.customer_id = activities.customer_id
        where members.population = 'customers' and members.lifetime_orders = 0
    )

select *
from final
