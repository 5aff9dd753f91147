{{ config(materialized="view") }}
-- The buyers that prospects are compared with: their segments, and the attributes that are known of
-- prospects too.
with
    buyers as (select * from {{ ref("customer_features") }} where lifetime_orders > 0),

    value_segments as (select * from {{ ref("seg_value") }} where segmentation = 'historic_value'),

    rfm_segments as (select * from {{ ref("seg_rfm") }} where segmentation = 'rfm'),

    final as (
        select
            buyers.customer_id,
            {%- for name in var("prospect_numbers") %}
                cast(buyers.{{ name }} as double) as {{ name }},
            {%- endfor %}
            {%- for name in var("prospect_categories") %}
                cast(buyers.{{ name }} as string) as {{ name }},
            {%- endfor %}
            value_segments.segment as historic_value,
            rfm_segments.segment as rfm
        from buyers
        left join value_segments on buyers.customer_id = value_segments.customer_id
        left join rfm_segments on buyers.customer_id = rfm_segments.customer_id
    )

select *
from final
