-- The state of each channel with the time of its last change.
with
    final as (
        {% for channel in ["email", "sms"] %}
            select
                id || '-{{ channel }}' as consent_id,
                {{ exported_time(channel ~ "_marketing_consent_consent_updated_at") }}
                as recorded_at,
                id as contact_id,
                email,
                'marketing' as purpose,
                '{{ channel }}' as channel,
                {{ channel }}_marketing_consent_state as status
            from {{ ref("shopify__raw_customers") }}
            where
                {{ channel }}_marketing_consent_state is not null {{ "union all" if not loop.last }}
        {% endfor %}
    )

select *
from final
