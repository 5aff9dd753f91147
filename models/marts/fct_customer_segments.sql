{# DuckLake has no comments of the columns of views. #}
{{ config(materialized="view", persist_docs={"relation": true, "columns": false}) }}
-- A segmentation that the landing cannot answer is left out: segmentation_availability says why.
with
    availability as (select * from {{ ref("segmentation_availability") }}),

    final as (
        select
            cast(customer_segments.customer_id as string) as customer_id,
            cast(customer_segments.segmentation as string) as segmentation,
            cast(customer_segments.segment as string) as segment,
            cast(customer_segments.weight as double) as weight,
            cast(customer_segments.is_primary as boolean) as is_primary,
            cast(customer_segments.reason as string) as reason
        from {{ ref("customer_segments") }} as customer_segments
        left join availability on customer_segments.segmentation = availability.segmentation
        -- A segmentation that the catalogue lacks stays, so that the publish gate finds it.
        where coalesce(availability.is_available, true)
    )

select *
from final
