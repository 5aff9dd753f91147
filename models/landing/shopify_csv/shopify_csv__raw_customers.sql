{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["customers_export", "customers"],
            [
                "customer_id",
                "first_name",
                "last_name",
                "email",
                "phone",
                "accepts_email_marketing",
                "accepts_marketing",
                "accepts_sms_marketing",
                "default_address_address1",
                "default_address_city",
                "default_address_province_code",
                "default_address_country_code",
                "default_address_zip",
                "default_address_phone",
            ],
        )
    }}
