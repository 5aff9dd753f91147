-- Style and consent are personal: the people of a company have them, the company does not. Both
-- are statements, so customers who object to profiling have them, too, without being in
-- customer_features.
with
    locations as (select * from {{ ref("int_customer_locations") }}),

    preferences as (select * from {{ ref("int_customer_preferences") }}),

    labelled_customers as (
        select
            customers.customer_id,
            preferences.purchase_channel as preferred_purchase_channel,
            preferences.purchase_channel_evidence,
            preferences.service_channel as preferred_service_channel,
            preferences.service_channel_evidence,
            preferences.channel_quadrant,
            preferences.contact_hour as contact_hours,
            preferences.contact_hour_evidence,
            locations.time_zone,
            {%- set not_applicable = (
                "case when customers.customer_kind = 'company' then 'not_applicable' end"
            ) %}
            coalesce(preferences.communication_style, {{ not_applicable }}) as communication_style,
            coalesce(preferences.communication_style_evidence, 'a company') as style_evidence,
            coalesce(reach.marketing_consent, {{ not_applicable }}) as marketing_consent,
            case
                when reach.marketing_consent is null
                then 'a company'
                when reach.marketing_consent = 'none'
                then
                    'withdrawn or expired, '
                    || coalesce(cast(reach.last_statement_date as string), 'day not known')
                else 'granted: ' || reach.granted_channels
            end as consent_evidence
        from {{ ref("int_customers") }} as customers
        left join locations on customers.customer_id = locations.customer_id
        left join preferences on customers.customer_id = preferences.customer_id
        left join
            {{ ref("int_customer_reach") }} as reach on customers.customer_id = reach.customer_id
    ),

    {{
        segments_from_labels(
            "labelled_customers",
            evidence={
                "preferred_purchase_channel": "purchase_channel_evidence",
                "preferred_service_channel": "service_channel_evidence",
                "channel_quadrant": "'buys: ' || purchase_channel_evidence || '; asks: ' "
                ~ "|| service_channel_evidence",
                "communication_style": "style_evidence",
                "contact_hours": "concat_ws(', ', contact_hour_evidence, time_zone)",
                "marketing_consent": "consent_evidence",
            },
            missing_segment="'unknown'",
            missing_reason="'not known'",
        )
    }}

select *
from final
