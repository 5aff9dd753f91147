{#- The last CTEs of a model with a soft segmentation: `relation` has one row per customer and segment
    with points (a whole number), a rank and a reason. A weight is the share of the customer's points in
    whole ten-thousandths, rounded down. The primary segment gets the rest, so that weights add up to
    exactly 1 on every engine. -#}
{%- macro segments_from_points(relation, segmentation) -%}
    ranked_points as (
        select
            *,
            cast(sum(points) over (partition by customer_id) as bigint) as points_of_customer,
            row_number() over (
                partition by customer_id
                order by points desc nulls last, segment_rank asc nulls last, segment asc nulls last
            )
            = 1 as is_primary
        from {{ relation }}
        where points > 0
    ),

    shares as (
        select *, {{ whole_quotient("points * 10000", "points_of_customer") }} as share_points
        from ranked_points
    ),

    weights as (
        select
            *, {{ weight_of_parts("share_points", "is_primary", "customer_id", 10000) }} as weight
        from shares
    ),

    final as (
        select
            customer_id, '{{ segmentation }}' as segmentation, segment, weight, is_primary, reason
        from weights
        where weight > 0
    )
{%- endmacro -%}
