{#- The last CTEs of a model with several hard segmentations: `relation` has one row per customer
    and a label column per segmentation; `evidence` maps each label column to the SQL of its reason.
    A customer without a label gets `missing_segment` with `missing_reason`, or with the reason that
    `missing_reasons` has for the segmentation. `name` is the name of the last CTE. -#}
{%- macro segments_from_labels(
    relation,
    evidence,
    missing_segment,
    missing_reason,
    missing_reasons={},
    name="final"
) -%}
    labels as (
        {%- for segmentation, reason in evidence.items() %}
            select
                customer_id,
                '{{ segmentation }}' as segmentation,
                {{ segmentation }} as label,
                {{ reason }} as label_reason,
                {{ missing_segment }} as missing_segment,
                {{ missing_reasons.get(segmentation, missing_reason) }} as missing_reason
            from {{ relation }} {{ if_shown(segmentation) }} {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    {{ name }} as (
        select
            customer_id,
            segmentation,
            coalesce(label, missing_segment) as segment,
            cast(1 as double) as weight,
            true as is_primary,
            case when label is null then missing_reason else label_reason end as reason
        from labels
    )
{%- endmacro -%}
