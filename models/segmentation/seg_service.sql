-- Satisfaction is a mean of scores from 1 (bad) to 5 (good).
with
    features as (select * from {{ ref("customer_features") }}),

    listed_reasons as (select * from {{ ref("segments") }} where segmentation = 'service_reason'),

    labelled_customers as (
        select
            features.customer_id,
            cast(features.service_contacts as string) as contacts,
            cast(features.service_reason_contacts as string) as reason_contacts,
            cast(features.satisfaction_scores as string) as scores,
            cast({{ rounded("features.service_satisfaction", 2) }} as string) as mean_score,
            case
                when features.service_contacts is null
                then null
                when features.service_contacts = 0
                then 'none'
                when features.service_contacts < {{ var("service_load_medium_from") }}
                then 'light'
                when features.service_contacts < {{ var("service_load_heavy_from") }}
                then 'medium'
                else 'heavy'
            end as service_load,
            case
                when features.service_contacts is null
                then null
                when features.service_contacts = 0
                then 'none'
                when features.service_reason is null
                then null
                else coalesce(listed_reasons.segment, 'other')
            end as service_reason,
            case
                when features.service_satisfaction is null
                then null
                when features.service_satisfaction >= {{ var("satisfaction_satisfied_from") }}
                then 'satisfied'
                when features.service_satisfaction >= {{ var("satisfaction_neutral_from") }}
                then 'neutral'
                else 'dissatisfied'
            end as satisfaction
        from features
        left join listed_reasons on features.service_reason = listed_reasons.segment
    ),

    {{
        segments_from_labels(
            "labelled_customers",
            evidence={
                "service_load": "contacts || ' contacts in "
                ~ var("service_window_days")
                ~ " days'",
                "service_reason": "coalesce(reason_contacts, '0') || ' of ' || contacts "
                ~ "|| ' contacts in "
                ~ var("service_window_days")
                ~ " days'",
                "satisfaction": "mean_score || ' of 5, scores: ' || scores",
            },
            missing_segment="'unknown'",
            missing_reason="'not known'",
        )
    }}

select *
from final
