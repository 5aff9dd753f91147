-- The answer to "may this customer be contacted for this purpose by this channel?". Service cards
-- show it; audiences and surveys add only the checks of a single campaign (contact_candidates).
-- The seed contact_reasons has the reasons and the order of all checks: the first check that fails
-- is the reason.
--
-- Each purpose and channel has a row for the general minimum age. If an audience or a survey treats
-- age in another way for the purpose and channel, there are more rows.
{% set general_min_age = 16 %}
{% set generally_takes_unknown_age = not var("unknown_age_is_too_young") %}
with
    objections as (select * from {{ ref("int_profiling_objections") }}),

    demographics as (select * from {{ ref("int_customer_demographics") }}),

    consent_channels as (select * from {{ ref("consent_channels") }}),

    uses as (
        {%- for purpose in ["marketing", "service", "survey"] %}
            select
                '{{ purpose }}' as purpose,
                channel,
                {{ general_min_age }} as min_age,
                {{ generally_takes_unknown_age }} as takes_unknown_age
            from consent_channels
            union
        {%- endfor %}
        select purpose, channel, min_age, takes_unknown_age
        from {{ ref("audiences") }}
        union
        select
            'survey',
            consent_channels.channel,
            survey_studies.min_age,
            {{ generally_takes_unknown_age }}
        from {{ ref("survey_studies") }} as survey_studies
        cross join consent_channels
    ),

    checked_uses as (
        select
            customers.customer_id,
            uses.purpose,
            uses.channel,
            uses.min_age,
            uses.takes_unknown_age,
            case
                when objections.customer_id is not null
                then 'objected'
                when customers.is_deleted
                then 'deleted'
                else
                    coalesce(
                        {{
                            age_reason(
                                "customers.customer_kind",
                                "demographics.age_years",
                                "uses.min_age",
                                "uses.takes_unknown_age",
                            )
                        }},
                        case
                            when consents.consent_state = 'unsubscribed'
                            then 'unsubscribed'
                            when coalesce(consents.consent_state, 'none') <> 'granted'
                            then 'no_consent'
                            when contact_points.customer_id is null
                            then 'no_address'
                        end
                    )
            end as why_not,
            -- A grant without a legal basis counts as consent.
            case
                when consents.consent_state = 'granted'
                then coalesce(consents.legal_basis, 'consent')
            end as legal_basis,
            case
                when consents.consent_state = 'granted' then consents.recorded_at
            end as consent_recorded_at
        from {{ ref("int_customers") }} as customers
        cross join uses
        left join objections on customers.customer_id = objections.customer_id
        left join demographics on customers.customer_id = demographics.customer_id
        left join
            {{ ref("int_customer_consents") }} as consents
            on customers.customer_id = consents.customer_id
            and uses.purpose = consents.purpose
            and uses.channel = consents.channel
        left join
            {{ ref("int_contact_points") }} as contact_points
            on customers.customer_id = contact_points.customer_id
            and uses.channel = contact_points.channel
    ),

    final as (
        select
            customer_id,
            purpose,
            channel,
            min_age,
            takes_unknown_age,
            min_age = {{ general_min_age }}
            and takes_unknown_age = {{ generally_takes_unknown_age }} as is_general_age,
            why_not is null as is_reachable,
            why_not,
            legal_basis,
            consent_recorded_at
        from checked_uses
    )

select *
from final
