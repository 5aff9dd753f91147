{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["contact", "contacts"],
            [
                "id",
                "createdate",
                "lastmodifieddate",
                "email",
                "phone",
                "mobilephone",
                "firstname",
                "lastname",
                "address",
                "city",
                "zip",
                "state",
                "country",
                "hs_language",
                "associatedcompanyid",
                "hs_analytics_source",
                "hs_merged_object_ids",
                "hs_email_optout",
                "archived",
                "is_deleted",
                "_fivetran_deleted",
            ],
            prefix="property_|properties_",
        )
    }}
