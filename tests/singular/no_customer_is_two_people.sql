{{ config(meta={"dagster": {"ref": {"name": "int_customer_identifiers"}}}) }}
-- Contacts of one customer have no contradicting birth dates or names, and no customer has two
-- accounts.
select owned.customer_id
from {{ ref("int_customer_identifiers") }} as owned
inner join {{ ref("int_identity_evidence") }} as evidence on owned.identifier = evidence.contact_id
where owned.identifier_type = 'contact' and evidence.evidence = 'contact record'
group by owned.customer_id
having
    min(evidence.birth_date) < max(evidence.birth_date)
    or min(evidence.name_hash) < max(evidence.name_hash)
union all
select customer_id
from {{ ref("int_customer_identifiers") }}
where identifier_type = 'account'
group by customer_id
having count(*) > 1
