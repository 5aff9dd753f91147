{{ config(meta={"dagster": {"ref": {"name": "audience_exports"}}}) }}
-- The customer alone: a failure shows no address.
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
