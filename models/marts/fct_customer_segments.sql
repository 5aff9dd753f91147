-- A new segmentation is one more line here.
with
    segments as (
        {% for model in [
            "seg_rfm",
            "seg_demographic",
            "seg_geographic",
            "seg_web_visits",
            "seg_web_shopping",
            "seg_archetype",
        ] %}
            select customer_id, segmentation, segment, weight, is_primary, reason
            from {{ ref(model) }} {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    final as (
        select
            cast(customer_id as {{ dbt.type_string() }}) as customer_id,
            cast(segmentation as {{ dbt.type_string() }}) as segmentation,
            cast(segment as {{ dbt.type_string() }}) as segment,
            cast(weight as double) as weight,
            cast(is_primary as boolean) as is_primary,
            cast(reason as {{ dbt.type_string() }}) as reason
        from segments
    )

select *
from final
