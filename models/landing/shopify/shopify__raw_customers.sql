{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["customer", "customers"],
            [
                "id",
                "created_at",
                "updated_at",
                "email",
                "phone",
                "first_name",
                "last_name",
                "email_marketing_consent_state",
                "email_marketing_consent_consent_updated_at",
                "sms_marketing_consent_state",
                "sms_marketing_consent_consent_updated_at",
                "default_address_address1",
                "default_address_city",
                "default_address_zip",
                "default_address_province",
                "default_address_country",
                "default_address_phone",
            ],
            objects=["default_address", "email_marketing_consent", "sms_marketing_consent"],
        )
    }}
