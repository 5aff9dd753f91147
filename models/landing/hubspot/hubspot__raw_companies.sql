{{ config(materialized="ephemeral") }}
select *
from
    {{
        exported_columns(
            ["company", "companies"],
            [
                "id",
                "createdate",
                "hs_lastmodifieddate",
                "industry",
                "hs_parent_company_id",
                "numberofemployees",
                "annualrevenue",
                "city",
                "zip",
                "state",
                "country",
                "archived",
                "is_deleted",
                "_fivetran_deleted",
            ],
            prefix="property_|properties_",
        )
    }}
