-- Customers who object to profiling (GDPR Art. 21): their latest statement about the purpose
-- profiling is a withdrawal, by any channel. An expired or missing statement is no objection.
with
    consents as (
        select *
        from {{ ref("int_customer_consents") }}
        where purpose = 'profiling' and consent_state = 'withdrawn'
    ),

    final as (select distinct customer_id from consents)

select *
from final
