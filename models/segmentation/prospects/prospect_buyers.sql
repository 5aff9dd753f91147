-- The buyers that prospects are compared with: those whose ids come first, which say nothing about
-- them, so that a fit costs the same however many buyers there are.
{% set attributes = var("prospect_numbers") + var("prospect_categories") %}
with
    attributes as (select * from {{ ref("prospect_attributes") }} where not is_prospect),

    value_segments as (select * from {{ ref("seg_value") }} where segmentation = 'historic_value'),

    rfm_segments as (select * from {{ ref("seg_rfm") }} where segmentation = 'rfm'),

    numbered_buyers as (
        select *, row_number() over (order by customer_id) as buyer_number from attributes
    ),

    final as (
        select
            numbered_buyers.customer_id,
            value_segments.segment as historic_value,
            rfm_segments.segment as rfm,
            {%- for name in attributes %}
                numbered_buyers.{{ name }} {{- ',' if not loop.last }}
            {%- endfor %}
        from numbered_buyers
        left join value_segments on numbered_buyers.customer_id = value_segments.customer_id
        left join rfm_segments on numbered_buyers.customer_id = rfm_segments.customer_id
        where numbered_buyers.buyer_number <= {{ var("prospect_max_fit_buyers") }}
    )

select *
from final
