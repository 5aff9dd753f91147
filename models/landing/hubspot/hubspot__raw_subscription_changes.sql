{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["email_subscription_change", "email_subscription_changes", "subscription_changes"],
            [
                "recipient",
                "timestamp",
                "change",
                "email_subscription_id",
                "subscription_id",
            ],
            prefix="property_|properties_",
        )
    }}
