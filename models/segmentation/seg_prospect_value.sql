-- Which segment of buyers a prospect may join, with weights: by value so far, and by RFM. The
-- reason compares the weight with the share of all buyers.
{% set segmentations = {"historic_value": "prospect_value", "rfm": "prospect_rfm"} %}
with
    features as (select * from {{ ref("customer_features") }}),

    scores as (select * from {{ ref("prospect_scores") }}),

    model_rows as (select * from {{ ref("prospect_model") }}),

    rounded_weights as (
        select
            *,
            {{ rounded("weight", 9) }} as rounded_weight,
            row_number() over (
                partition by customer_id, segmentation order by weight desc, segment asc
            )
            = 1 as is_primary
        from scores
    ),

    weights as (
        select
            *,
            {{ weight_of_parts("rounded_weight", "is_primary", "customer_id, segmentation") }}
            as whole_weight
        from rounded_weights
    ),

    refusals as (
        select segmentation, max(text) as reason
        from model_rows
        where segment is null
        group by segmentation
    ),

    answers as (
        select
            customer_id,
            segmentation,
            segment,
            whole_weight as weight,
            is_primary,
            cast({{ rounded("weight * 100", 0) }} as string)
            || ' % of such buyers, '
            || cast({{ rounded("base_rate * 100", 0) }} as string)
            || ' % of all' as reason
        from weights
        where whole_weight > 0
        union all
        select
            features.customer_id,
            refusals.segmentation,
            case when features.lifetime_orders > 0 then 'not_applicable' else 'unknown' end,
            cast(1 as double),
            true,
            case
                when features.lifetime_orders > 0
                then 'last purchase ' || cast(features.last_order_date as string)
                else 'no forecast: ' || refusals.reason
            end
        from features
        cross join refusals
        where features.lifetime_orders > 0 or refusals.reason is not null
    ),

    final as (
        select
            customer_id,
            case
                segmentation
                {%- for of_buyers, of_prospects in segmentations.items() %}
                    when '{{ of_buyers }}' then '{{ of_prospects }}'
                {%- endfor %}
            end as segmentation,
            segment,
            weight,
            is_primary,
            reason
        from answers
    )

select *
from final
