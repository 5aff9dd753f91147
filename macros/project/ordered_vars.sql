{#- Pairs of number vars of which the first may not be more than the second. -#}
{%- macro ordered_vars() -%}
    {{
        return(
            [
                ["new_customer_days", "lifecycle_lapsing_days"],
                ["won_back_days", "lifecycle_lapsing_days"],
                ["lifecycle_lapsing_days", "lifecycle_lapsed_days"],
                ["value_back_test_warn_percent", "value_back_test_fail_percent"],
                ["profile_partial_percent", "profile_complete_percent"],
                ["spending_low_below", "spending_high_from"],
                ["price_sensitivity_low_below", "price_sensitivity_high_from"],
                ["service_load_medium_from", "service_load_heavy_from"],
                ["satisfaction_neutral_from", "satisfaction_satisfied_from"],
                ["web_engaged_sessions", "web_highly_engaged_sessions"],
                ["cart_abandoned_service_hours", "cart_abandoned_hours"],
            ]
        )
    }}
{%- endmacro -%}
