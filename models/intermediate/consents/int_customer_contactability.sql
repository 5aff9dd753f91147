-- The answer to "may this customer be contacted for this purpose by this channel?". Service cards
-- show it; audiences and surveys add only the checks of a single campaign (contact_candidates).
-- The seed contact_reasons has the reasons and the order of all checks: the first check that fails
-- is the reason.
--
-- Each purpose and channel has a row for the general minimum age. If an audience or a survey treats
-- age in another way for the purpose and channel, there are more rows.
--
-- A company that gave no consent, or no address, is contacted through the first of its people who
-- may be contacted. At work nobody is too young because the age is not known.
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
            customers.company_customer_id,
            customers.first_seen_date,
            uses.purpose,
            uses.channel,
            uses.min_age,
            uses.takes_unknown_age,
            case
                when objections.customer_id is not null
                then 'objected'
                when customers.is_deleted
                then 'deleted'
            end as person_reason,
            {{
                age_reason(
                    "customers.customer_kind",
                    "demographics.age_years",
                    "uses.min_age",
                    "uses.takes_unknown_age",
                )
            }} as age_reason,
            case
                when consents.consent_state = 'unsubscribed'
                then 'unsubscribed'
                when coalesce(consents.consent_state, 'none') <> 'granted'
                then 'no_consent'
                when contact_points.customer_id is null
                then 'no_address'
            end as consent_reason,
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

    people_of_companies as (
        select
            *,
            row_number() over (
                partition by company_customer_id, purpose, channel, min_age, takes_unknown_age
                order by first_seen_date asc nulls last, customer_id asc
            ) as seen_rank
        from checked_uses
        where
            company_customer_id is not null
            and person_reason is null
            and coalesce(age_reason, 'age_not_known') = 'age_not_known'
            and consent_reason is null
    ),

    first_people as (select * from people_of_companies where seen_rank = 1),

    uses_with_people as (
        select
            checked_uses.*,
            case
                when
                    checked_uses.person_reason is null
                    and checked_uses.consent_reason in ('no_consent', 'no_address')
                then people.customer_id
            end as person_customer_id,
            people.legal_basis as legal_basis_of_person,
            people.consent_recorded_at as consent_recorded_at_of_person
        from checked_uses
        left join
            first_people as people
            on checked_uses.customer_id = people.company_customer_id
            and checked_uses.purpose = people.purpose
            and checked_uses.channel = people.channel
            and checked_uses.min_age = people.min_age
            and checked_uses.takes_unknown_age = people.takes_unknown_age
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
            coalesce(person_customer_id, customer_id) as contact_customer_id,
            case
                when person_customer_id is null
                then coalesce(person_reason, age_reason, consent_reason)
            end as why_not,
            case
                when person_customer_id is null then legal_basis else legal_basis_of_person
            end as legal_basis,
            case
                when person_customer_id is null
                then consent_recorded_at
                else consent_recorded_at_of_person
            end as consent_recorded_at
        from uses_with_people
    )

select *, why_not is null as is_reachable
from final
