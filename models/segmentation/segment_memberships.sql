{{ config(materialized="view") }}
-- The segments that a customer counts as a member of: of each segmentation the primary one. Weights
-- are for those who read shares; whoever acts on a segment needs a yes or no.
with
    customer_segments as (select * from {{ ref("customer_segments") }}),

    availability as (select * from {{ ref("segmentation_availability") }}),

    final as (
        select
            customer_segments.customer_id,
            customer_segments.segmentation,
            customer_segments.segment,
            customer_segments.reason
        from customer_segments
        inner join availability on customer_segments.segmentation = availability.segmentation
        where customer_segments.is_primary and availability.is_available
    )

select *
from final
