-- Satisfaction is a mean of scores from 1 (bad) to 5 (good).
with
    bands as (select * from {{ ref("segment_bands") }}),

    listed_reasons as (select * from {{ ref("segments") }} where segmentation = 'service_reason'),

    labelled_customers as (
        select
            features.customer_id,
            cast(features.service_contacts as string) as contacts,
            cast(features.service_reason_contacts as string) as reason_contacts,
            cast(features.satisfaction_scores as string) as scores,
            cast({{ rounded("features.service_satisfaction", 2) }} as string) as mean_score,
            service_load_bands.segment as service_load,
            case
                when features.service_contacts is null
                then null
                when features.service_contacts = 0
                then 'none'
                when features.service_reason is null
                then null
                else coalesce(listed_reasons.segment, 'other')
            end as service_reason,
            satisfaction_bands.segment as satisfaction
        from {{ ref("customer_features") }} as features
        left join
            bands as service_load_bands
            on {{ in_band("service_load", "features.service_contacts") }}
        left join
            bands as satisfaction_bands
            on {{ in_band("satisfaction", "features.service_satisfaction") }}
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
