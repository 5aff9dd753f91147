{{ config(meta={"dagster": {"ref": {"name": "audience_exports"}}}) }}
-- Exported customers granted the purpose and channel, are old enough and are not held out; so is
-- the person through whom a company is contacted, who works there. The test reads consents
-- directly,
-- not int_customer_contactability.
select exports.audience, exports.customer_id
from {{ ref("audience_exports") }} as exports
inner join {{ ref("audiences") }} as audiences on exports.audience = audiences.audience
inner join {{ ref("customer_features") }} as features on exports.customer_id = features.customer_id
left join
    {{ ref("audience_members") }} as members
    on exports.audience = members.audience
    and exports.customer_id = members.customer_id
left join
    {{ ref("int_customers") }} as contacts on members.contact_customer_id = contacts.customer_id
left join
    {{ ref("customer_features") }} as contact_features
    on members.contact_customer_id = contact_features.customer_id
left join
    {{ ref("int_customer_consents") }} as consents
    on members.contact_customer_id = consents.customer_id
    and audiences.purpose = consents.purpose
    and audiences.channel = consents.channel
    and consents.consent_state = 'granted'
where
    consents.customer_id is null
    or exports.channel <> audiences.channel
    or members.legal_basis is null
    or members.is_holdout
    -- Objectors have no features.
    or contact_features.customer_id is null
    or not coalesce(
        members.contact_customer_id = exports.customer_id
        or contacts.company_customer_id = exports.customer_id,
        false
    )
    or contact_features.age_years < audiences.min_age
    or (
        features.customer_kind = 'person'
        and features.age_years is null
        and not audiences.takes_unknown_age
    )
