-- A ticket of several contacts is that of the first id.
with
    contacts as (
        select ticket_id, min(contact_id) as contact_id
        from {{ ref("hubspot__raw_ticket_contacts") }}
        group by ticket_id
    ),

    final as (
        select
            tickets.id as service_contact_id,
            {{ exported_time("tickets.createdate") }} as opened_at,
            {{ exported_time("tickets.hs_lastmodifieddate") }} as updated_at,
            tickets.source_type as channel,
            'inbound' as direction,
            contacts.contact_id,
            tickets.hs_ticket_category as reason,
            tickets.closed_date is not null as is_resolved
        from {{ ref("hubspot__raw_tickets") }} as tickets
        left join contacts on tickets.id = contacts.ticket_id
        where not {{ is_marked_as_deleted() }}
    )

select *
from final
