-- Whom a survey may ask, of the people whose segment is known. Consent is that to surveys: who
-- agreed to advertising did not agree to questions. Whoever was sent a campaign or answered any
-- survey a short while ago is left in peace. Children are not asked, and nobody by a channel that
-- reaches others.
with
    studies as (select * from {{ ref("survey_studies") }}),

    memberships as (
        select *
        from {{ ref("segment_memberships") }}
        where segment not in ('unknown', 'not_applicable')
    ),

    people as (
        select customer_id, age_years
        from {{ ref("customer_features") }}
        where customer_kind = 'person'
    ),

    consents as (
        select *
        from {{ ref("int_customer_consents") }}
        where purpose = 'survey' and consent_state = 'granted' and channel <> 'all'
    ),

    contact_points as (select * from {{ ref("int_contact_points") }}),

    touches as (
        select * from {{ ref("int_campaign_touches") }} where touch_type in ('sent', 'delivered')
    ),

    answers as (select * from {{ ref("int_survey_answers") }}),

    as_of as (select * from {{ ref("as_of") }}),

    askable_people as (
        select consents.customer_id, {{ sorted_list("contact_points.channel") }} as channels
        from consents
        left join
            contact_points
            on consents.customer_id = contact_points.customer_id
            and consents.channel = contact_points.channel
        group by consents.customer_id
    ),

    contacts as (
        select customer_id, cast(touched_at as date) as contact_date
        from touches
        union all
        select customer_id, answered_date
        from answers
    ),

    last_contacts as (
        select customer_id, max(contact_date) as last_contact_date
        from contacts
        group by customer_id
    ),

    final as (
        select
            studies.survey_id,
            memberships.segmentation,
            memberships.segment,
            memberships.customer_id,
            askable_people.channels,
            case
                when
                    coalesce(
                        people.age_years < studies.min_age, {{ var("unknown_age_is_too_young") }}
                    )
                then 'too_young'
                when askable_people.customer_id is null
                then 'without_consent'
                when askable_people.channels is null
                then 'without_address'
                when
                    {{ dbt.datediff("last_contacts.last_contact_date", "as_of.as_of_date", "day") }}
                    < studies.min_days_since_contact
                then 'contacted_lately'
            end as exclusion
        from studies
        inner join memberships on studies.segmentation = memberships.segmentation
        inner join people on memberships.customer_id = people.customer_id
        cross join as_of
        left join askable_people on memberships.customer_id = askable_people.customer_id
        left join last_contacts on memberships.customer_id = last_contacts.customer_id
    )

select *
from final
