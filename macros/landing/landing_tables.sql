{#- The sixteen landing tables by domain, in the order of the contract. -#}
{%- macro landing_tables() -%}
    {{
        return(
            {
                "crm": [
                    "customers",
                    "accounts",
                    "leads",
                    "consents",
                    "declared_preferences",
                    "sensitive_attributes",
                    "erasure_requests",
                ],
                "shop": ["orders", "order_lines", "refunds", "products", "exchange_rates"],
                "web": ["events", "campaign_touches"],
                "service": ["service_contacts", "survey_responses"],
            }
        )
    }}
{%- endmacro -%}
