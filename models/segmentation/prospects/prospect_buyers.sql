{{ config(materialized="view") }}
-- The buyers that prospects are compared with, and their segments.
{% set attributes = var("prospect_numbers") + var("prospect_categories") %}
with
    attributes as (select * from {{ ref("prospect_attributes") }} where not is_prospect),

    value_segments as (select * from {{ ref("seg_value") }} where segmentation = 'historic_value'),

    rfm_segments as (select * from {{ ref("seg_rfm") }} where segmentation = 'rfm'),

    final as (
        select
            attributes.customer_id,
            {%- for name in attributes %} attributes.{{ name }}, {%- endfor %}
            value_segments.segment as historic_value,
            rfm_segments.segment as rfm
        from attributes
        left join value_segments on attributes.customer_id = value_segments.customer_id
        left join rfm_segments on attributes.customer_id = rfm_segments.customer_id
    )

select *
from final
