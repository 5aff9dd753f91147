-- Destination of every row of the export, so that no row is lost silently.
with
    accounted_rows as (
        select
            'email events' as line_kind,
            case
                when is_touch then 'campaign_touches' else 'left out: no contact with a person'
            end as destination
        from {{ ref("hubspot__events") }}
        {%- for rows, destination in {
                "contacts": "customers",
                "companies": "accounts",
                "tickets": "service_contacts",
                "ticket_contacts": "service_contacts",
                "subscription_changes": "consents",
            }.items() %}
            union all
            select '{{ rows | replace("_", " ") }}', '{{ destination }}'
            from {{ ref("hubspot__raw_" ~ rows) }}
        {%- endfor %}
    ),

    final as (
        select line_kind, destination, count(*) as line_count
        from accounted_rows
        group by line_kind, destination
    )

select *
from final
