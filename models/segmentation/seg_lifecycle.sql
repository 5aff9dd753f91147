-- Windows are the same for all customers, so that a stage always means the same.
with
    bands as (select * from {{ ref("segment_bands") }}),

    labelled_customers as (
        select
            features.customer_id,
            features.lifetime_orders,
            {{
                lifecycle_stage(
                    "features.lifetime_orders",
                    "features.recency_days",
                    "features.tenure_days",
                    "features.days_since_comeback",
                )
            }} as lifecycle,
            case
                when features.lifetime_orders = 0 then 'prospect' else tenure_bands.segment
            end as tenure,
            case
                when features.lifetime_orders = 0
                then 'no_value_history'
                when features.lifetime_orders = 1
                then 'one_purchase'
                else 'several_purchases'
            end as value_history,
            'first purchase ' || cast(features.first_order_date as string) as first_purchase,
            'last purchase ' || cast(features.last_order_date as string) as last_purchase,
            'back on '
            || cast(features.comeback_date as string)
            || ' after '
            || cast(features.comeback_gap_days as string)
            || ' days' as comeback
        from {{ ref("customer_features") }} as features
        left join bands as tenure_bands on {{ in_band("tenure", "features.tenure_days") }}
    ),

    {{
        segments_from_labels(
            "labelled_customers",
            evidence={
                "lifecycle": "case lifecycle when 'prospect' then 'no purchase yet' "
                ~ "when 'new' then first_purchase when 'won_back' then comeback else last_purchase end",
                "tenure": "coalesce(first_purchase, 'no purchase yet')",
                "value_history": "'purchases: ' || cast(lifetime_orders as string)",
            },
            missing_segment="'unknown'",
            missing_reason="'not known'",
        )
    }}

select *
from final
