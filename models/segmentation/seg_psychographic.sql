-- Answers are graded and interests are many, so a customer may be in several segments of one
-- segmentation, with weights that add up to 1. Scales that are tied at the top are one segment,
-- mixed, because nobody can tell which comes first. A company has no values or lifestyle.
{% set segmentations = ["core_values", "lifestyle", "attitude", "interest"] %}
with
    scores as (select * from {{ ref("int_survey_scores") }}),

    weighted_segments as (
        select
            customer_id,
            dimension as segmentation,
            scale as segment,
            weight,
            is_dominant as is_primary,
            'survey, ' || cast(score as string) || ' points' as reason
        from scores
        where weight > 0 and not is_tied
        union all
        select
            customer_id,
            dimension,
            'mixed',
            cast({{ rounded("sum(weight)", 6) }} as double),
            true,
            'survey, '
            || cast(max(score) as string)
            || ' points each: '
            || {{ sorted_list("scale", ", ") }}
        from scores
        where is_tied
        group by customer_id, dimension
        union all
        select customer_id, 'interest', interest, weight, is_primary, evidence
        from {{ ref("int_customer_interests") }}
    ),

    balanced_customers as (
        select
            customer_id,
            dimension as segmentation,
            'survey, at most ' || cast(max(score) as string) || ' points' as reason
        from scores
        group by customer_id, dimension
        having max(weight) = 0
    ),

    segmentations as (
        {% for segmentation in segmentations %}
            select '{{ segmentation }}' as segmentation {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    final as (
        select
            features.customer_id,
            segmentations.segmentation,
            case
                when weighted_segments.segment is not null
                then weighted_segments.segment
                when balanced_customers.customer_id is not null
                then 'balanced'
                when features.customer_kind = 'company'
                then 'not_applicable'
                else 'unknown'
            end as segment,
            coalesce(weighted_segments.weight, cast(1 as double)) as weight,
            coalesce(weighted_segments.is_primary, true) as is_primary,
            case
                when weighted_segments.segment is not null
                then weighted_segments.reason
                when balanced_customers.customer_id is not null
                then balanced_customers.reason
                when features.customer_kind = 'company'
                then 'a company'
                else 'not known'
            end as reason
        from {{ ref("customer_features") }} as features
        cross join segmentations
        left join
            weighted_segments
            on features.customer_id = weighted_segments.customer_id
            and segmentations.segmentation = weighted_segments.segmentation
        left join
            balanced_customers
            on features.customer_id = balanced_customers.customer_id
            and segmentations.segmentation = balanced_customers.segmentation
    )

select *
from final
