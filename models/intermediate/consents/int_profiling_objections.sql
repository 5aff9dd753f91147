-- Who objects to profiling (GDPR Art. 21): the statement about the purpose profiling that counts
-- is a
-- withdrawal, by whatever channel. A statement that expired, or none at all, is no objection.
with
    consents as (
        select *
        from {{ ref("int_customer_consents") }}
        where purpose = 'profiling' and consent_state = 'withdrawn'
    ),

    final as (
        select customer_id, cast(min(recorded_at) as date) as objected_on
        from consents
        group by customer_id
    )

select *
from final
