-- The primary segments of the customers that segments are compared on: those whose ids come first,
-- which say nothing about them. That nothing is known is no segment.
with
    features as (select * from {{ ref("customer_features") }}),

    customer_segments as (select * from {{ ref("customer_segments") }}),

    numbered_customers as (
        select customer_id, row_number() over (order by customer_id) as customer_number
        from features
    ),

    final as (
        select
            customer_segments.customer_id, customer_segments.segmentation, customer_segments.segment
        from customer_segments
        inner join
            numbered_customers on customer_segments.customer_id = numbered_customers.customer_id
        where
            numbered_customers.customer_number <= {{ var("cluster_max_fit_customers") }}
            and customer_segments.is_primary
            and customer_segments.segment not in ('unknown', 'not_applicable')
    )

select *
from final
