{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["email_event", "email_events"],
            [
                "id",
                "created",
                "recipient",
                "type",
                "email_campaign_id",
                "filtered_event",
            ],
            prefix="property_|properties_",
        )
    }}
