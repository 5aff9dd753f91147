{{ config(materialized="view") }}
-- Special categories (GDPR Art. 9) with explicit consent, for suppression rules and nothing
-- else. Nobody's without allow_special_category. A refusal ends what was allowed up to its
-- moment, without a time all of it; without an attribute or a value it is about every one.
-- So does a withdrawal that names no purpose.
with
    attributes as (
        select *
        from {{ gated("stg_crm__sensitive_attributes") }}
        where {{ var("allow_special_category") }}
    ),

    identifiers as (
        select * from {{ ref("int_customer_identifiers") }} where identifier_type = 'contact'
    ),

    statements as (select * from {{ ref("int_consent_statements") }}),

    attributes_of_customers as (
        select
            identifiers.customer_id,
            attributes.attribute,
            attributes.attribute_value,
            attributes.has_explicit_consent,
            attributes.recorded_at
        from attributes
        inner join identifiers on attributes.contact_id = identifiers.identifier
    ),

    refusals as (
        select customer_id, attribute, attribute_value, recorded_at
        from attributes_of_customers
        where not has_explicit_consent
        union all
        select customer_id, null, null, recorded_at
        from statements
        where status = 'withdrawn' and purpose is null
    ),

    consents as (
        select customer_id, attribute, attribute_value, max(recorded_at) as recorded_at
        from attributes_of_customers
        where has_explicit_consent
        group by customer_id, attribute, attribute_value
    ),

    final as (
        select
            consents.customer_id,
            consents.attribute || ': ' || consents.attribute_value as special_category
        from consents
        left join
            refusals
            on consents.customer_id = refusals.customer_id
            and consents.attribute = coalesce(refusals.attribute, consents.attribute)
            and coalesce(consents.attribute_value, '')
            = coalesce(refusals.attribute_value, consents.attribute_value, '')
            and consents.recorded_at <= coalesce(refusals.recorded_at, consents.recorded_at)
        where refusals.customer_id is null
    )

select *
from final
