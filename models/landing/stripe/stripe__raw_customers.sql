{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["customer", "customers"],
            [
                "id",
                "created",
                "email",
                "phone",
                "name",
                "address_line_1",
                "address_line1",
                "address_city",
                "address_postal_code",
                "address_state",
                "address_country",
                "is_deleted",
                "livemode",
            ],
        )
    }}
