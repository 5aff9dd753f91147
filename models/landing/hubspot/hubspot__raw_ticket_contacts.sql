{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["ticket_contact", "ticket_contacts", "tickets__contacts"],
            [
                "ticket_id",
                "contact_id",
            ],
            prefix="property_|properties_",
        )
    }}
