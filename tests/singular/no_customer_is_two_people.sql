{{ config(meta={"dagster": {"ref": {"name": "int_customer_identifiers"}}}) }}
-- Contacts of one customer have no contradicting birth dates or names, and no customer has two
-- accounts.
select owned.customer_id
from {{ ref("int_customer_identifiers") }} as owned
left join
    {{ ref("int_identity_evidence") }} as evidence
    on owned.identifier_type = 'contact'
    and owned.identifier = evidence.contact_id
    and evidence.evidence = 'contact record'
group by owned.customer_id
having
    min(evidence.birth_date) < max(evidence.birth_date)
    or min(evidence.name_hash) < max(evidence.name_hash)
    or sum(case when owned.identifier_type = 'account' then 1 else 0 end) > 1
