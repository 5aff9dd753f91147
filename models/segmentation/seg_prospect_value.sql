-- Segments of buyers that a prospect may join, by value so far and by RFM. The weight is the
-- probability of joining: the softmax of the model's sums. They are added in one order, because
-- the last digit of a sum of doubles depends on the order. The reason compares the weight with
-- the share of all buyers.
{% set segmentations = {"historic_value": "prospect_value", "rfm": "prospect_rfm"} %}
{% set numbers = var("prospect_numbers") %}
{% set categories = var("prospect_categories") %}
with
    features as (select * from {{ ref("customer_features") }}),

    model_rows as (select * from {{ ref("prospect_model") }}),

    segments as (
        select
            segmentation,
            segment,
            {%- for name in numbers %}
                {%- for parameter in ["coefficient", "centre", "scale"] %}
                    max(number) filter (
                        where feature = '{{ name }}' and parameter = '{{ parameter }}'
                    ) as {{ name }}_{{ parameter }},
                {%- endfor %}
            {%- endfor %}
            max(number) filter (where parameter = 'base_rate') as base_rate,
            max(number) filter (where feature is null and parameter = 'coefficient') as intercept
        from model_rows
        where segment is not null
        group by segmentation, segment
    ),

    levels as (select * from model_rows where segment is not null and level is not null),

    sums as (
        select
            features.customer_id,
            segments.segmentation,
            segments.segment,
            segments.base_rate,
            segments.intercept
            {%- for name in numbers %}
                + coalesce(
                    segments.{{ name }}_coefficient
                    * (cast(features.{{ name }} as double) - segments.{{ name }}_centre)
                    / segments.{{ name }}_scale,
                    0
                )
            {%- endfor %}
            {%- for name in categories %}
                + coalesce({{ name }}_levels.number, 0)
            {%- endfor %} as logit
        from features
        cross join segments
        {%- for name in categories %}
            left join
                levels as {{ name }}_levels
                on segments.segmentation = {{ name }}_levels.segmentation
                and segments.segment = {{ name }}_levels.segment
                and {{ name }}_levels.feature = '{{ name }}'
                and coalesce(cast(features.{{ name }} as string), '') = {{ name }}_levels.level
        {%- endfor %}
        where features.lifetime_orders = 0
    ),

    -- Relative to the maximum, so that exp() does not overflow.
    odds as (
        select *, exp(logit - max(logit) over (partition by customer_id, segmentation)) as odds
        from sums
    ),

    weights as (
        select
            *,
            odds / sum(odds) over (
                partition by customer_id, segmentation
                order by segment
                rows between unbounded preceding and unbounded following
            ) as weight
        from odds
    ),

    rounded_weights as (
        select
            *,
            {{ rounded("weight", 9) }} as rounded_weight,
            row_number() over (
                partition by customer_id, segmentation order by weight desc, segment asc
            )
            = 1 as is_primary
        from weights
    ),

    whole_weights as (
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
        from whole_weights
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
