{{ config(meta={"dagster": {"ref": {"name": "audience_exports"}}}) }}
-- A failure shows the customer, not the address.
select audience, customer_id
from {{ ref("audience_exports") }}
where
    not case
        when channel = 'email'
        then {{ is_sendable_email("address") }}
        when channel in ('phone', 'sms')
        then {{ is_sendable_phone("address") }}
        else {{ is_sendable_letter("address") }}
    end
