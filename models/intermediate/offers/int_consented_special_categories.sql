{{ config(materialized="view") }}
-- Special categories (GDPR Art. 9) with explicit consent, for suppression rules and nothing else.
-- Nobody's without allow_special_category. The latest record of an attribute and value counts.
with
    attributes as (
        select *
        from {{ gated("stg_crm__sensitive_attributes") }}
        where {{ var("allow_special_category") }}
    ),

    identifiers as (
        select * from {{ ref("int_customer_identifiers") }} where identifier_type = 'contact'
    ),

    ranked_attributes as (
        select
            *,
            row_number() over (
                partition by contact_id, attribute, attribute_value
                order by recorded_at desc, attribute_id desc
            ) as recency_rank
        from attributes
    ),

    final as (
        select distinct
            identifiers.customer_id,
            ranked_attributes.attribute
            || ': '
            || ranked_attributes.attribute_value as special_category
        from ranked_attributes
        inner join identifiers on ranked_attributes.contact_id = identifiers.identifier
        where ranked_attributes.recency_rank = 1 and ranked_attributes.has_explicit_consent
    )

select *
from final
