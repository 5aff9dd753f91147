-- Segments by net value so far, and by net value expected in the next year.
with
    labelled_customers as (
        select
            *,
            case
                when lifetime_orders = 0 then 'prospect' else historic_value_tier
            end as historic_value,
            case
                when lifetime_orders = 0
                then 'prospect'
                when not_estimable_reason is not null
                then 'not_estimable'
                else expected_value_tier
            end as expected_value
        from {{ ref("customer_features") }}
    ),

    {{
        segments_from_labels(
            "labelled_customers",
            evidence={
                "historic_value": "coalesce('spent ' || cast(lifetime_net_amount as string) || ' so far, rank ' || cast(historic_value_rank as string), 'no purchase yet')",
                "expected_value": "coalesce(not_estimable_reason, 'worth ' || cast(clv_365d as string) || ' in a year' || coalesce(', alive with ' || cast("
                ~ rounded("probability_alive * 100", 0)
                ~ " as string) || ' %', ''), 'no purchase yet')",
            },
            missing_segment="'unknown'",
            missing_reason="'not known'",
        )
    }}

select *
from final
