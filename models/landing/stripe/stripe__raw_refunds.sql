{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["refund", "refunds"],
            ["id", "charge_id", "charge", "created", "status", "amount", "currency"],
        )
    }}
