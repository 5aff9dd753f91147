-- Where, how and what for a customer buys, within the window of RFM.
with
    features as (select * from {{ ref("customer_features") }}),

    labelled_customers as (
        select
            customer_id,
            lifetime_orders,
            last_order_date,
            window_orders,
            case
                when purchase_channel in ('online', 'store', 'phone', 'marketplace', 'mixed')
                then purchase_channel
            end as purchase_channel,
            payment_method,
            purchase_intent,
            {% for trait in ["purchase_channel", "payment_method", "purchase_intent"] %}
                case when {{ trait }} = 'mixed' then 'at most ' else '' end
                || cast({{ trait }}_percent as string)
                || ' % of purchases' as {{ trait }}_reason
                {{- "," if not loop.last }}
            {% endfor %}
        from features
    ),

    {{
        segments_from_labels(
            "labelled_customers",
            evidence={
                "purchase_channel": "purchase_channel_reason",
                "payment_method": "payment_method_reason",
                "purchase_intent": "purchase_intent_reason || ' that say'",
            },
            missing_segment="'unknown'",
            missing_reason="case when lifetime_orders = 0 then 'no purchase yet' "
            ~ "when window_orders = 0 then 'last purchase ' || cast(last_order_date as string) else 'not known from its purchases' end",
        )
    }}

select *
from final
