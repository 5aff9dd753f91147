{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["customers"],
            [
                "id",
                "date_created_gmt",
                "date_modified_gmt",
                "email",
                "first_name",
                "last_name",
                "billing_phone",
                "billing_address_1",
                "billing_city",
                "billing_postcode",
                "billing_state",
                "billing_country",
            ],
        )
    }}
