-- Destination of every row of the export, so that no row is lost silently.
{% call accounting(
    "hubspot",
    {
        "contacts": "customers",
        "companies": "accounts",
        "ticket_contacts": "service_contacts",
        "subscription_changes": "consents",
    }
) %}
    select
        'email events' as line_kind,
        case
            when is_touch then 'campaign_touches' else 'left out: no contact with a person'
        end as destination
    from {{ ref("hubspot__events") }}
    union all
    select
        'tickets',
        case when {{ is_marked_as_deleted() }} then 'left out: deleted' else 'service_contacts' end
    from {{ ref("hubspot__raw_tickets") }}
{% endcall %}
