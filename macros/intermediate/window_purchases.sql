{#- Purchases that RFM counts: within the window, of customers who may be profiled. -#}
{%- macro window_purchases() -%}
    select orders.*
    from {{ ref("int_orders") }} as orders
    cross join {{ ref("as_of") }} as as_of
    left join
        {{ ref("int_profiling_objections") }} as objections
        on orders.customer_id = objections.customer_id
    where
        orders.is_purchase
        and orders.customer_id is not null
        and objections.customer_id is null
        and {{ dbt.datediff("orders.order_date", "as_of.as_of_date", "day") }}
        < {{ var("rfm_window_days") }}
{%- endmacro -%}
