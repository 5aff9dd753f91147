{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["ticket", "tickets"],
            [
                "id",
                "createdate",
                "closed_date",
                "hs_lastmodifieddate",
                "source_type",
                "hs_ticket_category",
                "archived",
                "is_deleted",
                "_fivetran_deleted",
            ],
            prefix="property_|properties_",
        )
    }}
