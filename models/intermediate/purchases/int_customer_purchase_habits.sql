-- A habit is the most frequent value of a trait of the purchases that tell it; which of two equally
-- frequent values is named first says nothing, so that it is no habit.
with
    purchases as (select * from {{ ref("int_window_purchases") }}),

    value_counts as (
        {% for trait in ["channel", "payment_method", "intent"] %}
            select
                customer_id, '{{ trait }}' as trait, {{ trait }} as trait_value, count(*) as orders
            from purchases
            where {{ trait }} is not null
            group by customer_id, {{ trait }} {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    ranked_values as (
        select
            *,
            row_number() over (
                partition by customer_id, trait order by orders desc, trait_value asc
            ) as value_rank,
            lead(orders) over (
                partition by customer_id, trait order by orders desc, trait_value asc
            ) as orders_of_next,
            sum(orders) over (partition by customer_id, trait) as orders_with_trait
        from value_counts
    ),

    final as (
        select
            customer_id,
            trait,
            trait_value as most_frequent_value,
            cast({{ exact_ratio("100 * orders", "orders_with_trait", 0) }} as int) as order_percent,
            orders > coalesce(orders_of_next, 0) and 2 * orders >= orders_with_trait as is_habit
        from ranked_values
        where value_rank = 1
    )

select *
from final
