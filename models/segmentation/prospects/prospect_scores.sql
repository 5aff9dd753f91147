-- Probability that a prospect joins a segment of buyers: the softmax of the model's sums. They are
-- added in one order, because the last digit of a sum of doubles depends on the order.
{% set numbers = var("prospect_numbers") %}
{% set categories = var("prospect_categories") %}
with
    prospects as (select * from {{ ref("customer_features") }} where lifetime_orders = 0),

    parameters as (select * from {{ ref("prospect_model") }} where segment is not null),

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
        from parameters
        group by segmentation, segment
    ),

    levels as (select * from parameters where level is not null),

    sums as (
        select
            prospects.customer_id,
            segments.segmentation,
            segments.segment,
            segments.base_rate,
            segments.intercept
            {%- for name in numbers %}
                + coalesce(
                    segments.{{ name }}_coefficient
                    * (cast(prospects.{{ name }} as double) - segments.{{ name }}_centre)
                    / segments.{{ name }}_scale,
                    0
                )
            {%- endfor %}
            {%- for name in categories %}
                + coalesce({{ name }}_levels.number, 0)
            {%- endfor %} as logit
        from prospects
        cross join segments
        {%- for name in categories %}
            left join
                levels as {{ name }}_levels
                on segments.segmentation = {{ name }}_levels.segmentation
                and segments.segment = {{ name }}_levels.segment
                and {{ name }}_levels.feature = '{{ name }}'
                and coalesce(cast(prospects.{{ name }} as string), '') = {{ name }}_levels.level
        {%- endfor %}
    ),

    -- Relative to the highest, so that nothing overflows.
    odds as (
        select *, exp(logit - max(logit) over (partition by customer_id, segmentation)) as odds
        from sums
    ),

    final as (
        select
            customer_id,
            segmentation,
            segment,
            base_rate,
            odds / sum(odds) over (
                partition by customer_id, segmentation
                order by segment
                rows between unbounded preceding and unbounded following
            ) as weight
        from odds
    )

select *
from final
