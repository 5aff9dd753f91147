{{ config(materialized="view") }}
-- Every segmentation, those without an answer for anybody included.
with
    final as (
        {% for model in segmentation_models() %}
            select customer_id, segmentation, segment, weight, is_primary, reason
            from {{ ref(model) }} {{ 'union all' if not loop.last }}
        {% endfor %}
    )

select *
from final
