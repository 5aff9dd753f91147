-- Companies and people are measured on one scale; lapsed buyers and prospects have no measures.
with
    features as (select * from {{ ref("customer_features") }}),

    final as (
        select
            customer_id,
            recency_days,
            window_orders as orders,
            window_net_amount as net_amount,
            {% if var("rfm_frequency_ties") == "row_order" -%}
                -- Published recipes rank ties by the position of the row: here, by the buyer's key.
                row_number() over (
                    order by window_orders, coalesce(contact_id, account_id), customer_id
                ) as frequency
            {%- else -%} window_orders as frequency
            {%- endif %}
        from features
        where window_orders > 0
    )

select *
from final
