-- Also of versions that do not count any more or not yet: whoever withdraws may do it by an address
-- of before, or on the day of the registration.
select contact_id, email, count(*) over (partition by email) as contacts
from {{ ref("base_crm__customers") }}
where contact_id is not null and email is not null and not coalesce(is_test, false)
group by contact_id, email
