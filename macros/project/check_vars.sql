{#- Stops the run before any model when a var is out of range or contradicts another one. -#}
{%- macro check_vars() -%}
    {%- if execute and flags.WHICH in ("run", "build", "test", "seed") -%}
        {%- set errors = [] -%}
        {%- set adapters = var("landing_adapters") -%}
        {%- set modes = ["sample", "files", "tables"] + adapters | list -%}
        {%- set mode = var("landing") -%}
        {%- if mode not in modes -%}
            {%- do errors.append(
                "landing is '" ~ mode ~ "'; expected one of " ~ modes | join(", ")
            ) -%}
        {%- elif mode in ["files"] + adapters | list and not var("landing_path") -%}
            {%- do errors.append("landing '" ~ mode ~ "' needs landing_path") -%}
        {%- elif mode == "tables" and not var("landing_schema") -%}
            {%- do errors.append("landing 'tables' needs landing_schema") -%}
        {%- endif -%}
        {%- set as_of_date = var("as_of_date") | string -%}
        {%- if as_of_date and not is_iso_date(as_of_date) -%}
            {%- do errors.append(
                "as_of_date is '" ~ as_of_date ~ "'; expected YYYY-MM-DD or nothing"
            ) -%}
        {%- endif -%}
        {%- if not modules.re.match("^[A-Z]{3}$", var("reporting_currency") | string) -%}
            {%- do errors.append(
                "reporting_currency is '"
                ~ var("reporting_currency")
                ~ "'; expected three capital letters (ISO 4217)"
            ) -%}
        {%- endif -%}
        {%- for name, allowed in {
            "rfm_score_method": ["quantile", "fixed", "frozen"],
            "rfm_frequency_ties": ["equal", "row_order"],
            "order_value_includes_tax": [true, false],
            "order_value_includes_shipping": [true, false],
            "order_value_after_refunds": [true, false],
            "online_retail_keep_duplicates": [true, false],
            "visitors_are_customers": [true, false],
        }.items() -%}
            {%- if var(name) not in allowed -%}
                {%- do errors.append(
                    name ~ " is '" ~ var(name) ~ "'; expected one of " ~ allowed
                    | join(", ")
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for name, least in {
            "rfm_window_days": 1,
            "rfm_min_buyers": 5,
            "rfm_min_history_days": 0,
            "rfm_max_days_since_last_order": 0,
            "rfm_min_orders_of_best_customer": 1,
            "new_customer_days": 0,
            "identity_max_contacts_per_key": 1,
            "identity_max_group_size": 2,
            "visitor_max_events_a_day": 1,
            "order_min_net_amount": 0,
            "freshness_warn_days": 0,
            "category_prior_weight": 0,
            "category_min_orders": 1,
            "category_min_lift": 0,
            "product_range_many_from": 2,
            "spending_min_customers": 2,
            "price_sensitivity_min_orders": 1,
            "preference_window_days": 1,
            "preference_min_contacts": 1,
            "preference_min_share": 0,
            "service_window_days": 1,
            "service_load_medium_from": 1,
            "service_load_heavy_from": 1,
            "satisfaction_satisfied_from": 1,
            "satisfaction_neutral_from": 1,
            "survey_valid_days": 1,
            "survey_neutral_points": 0,
            "quiet_hours_start": 0,
            "quiet_hours_end": 0,
            "lifecycle_lapsing_days": 1,
            "lifecycle_lapsed_days": 1,
            "won_back_days": 0,
            "profile_complete_percent": 1,
            "profile_partial_percent": 1,
            "company_group_max_levels": 1,
        }.items() -%}
            {%- if var(name) is not number or var(name) < least -%}
                {%- do errors.append(
                    name
                    ~ " is '"
                    ~ var(name)
                    ~ "'; expected a number of at least "
                    ~ least
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for name in [
            "purchase_habit_percent",
            "spending_low_below",
            "spending_high_from",
            "price_sensitivity_low_below",
            "price_sensitivity_high_from",
            "price_sensitivity_high_from_off",
        ] -%}
            {%- if var(name) is not number or not 0 <= var(name) <= 100 -%}
                {%- do errors.append(
                    name ~ " is '" ~ var(name) ~ "'; expected a percentage of 0 to 100"
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {#- Lifts are quotients of whole numbers. -#}
        {%- if var("category_prior_weight") is not integer -%}
            {%- do errors.append("category_prior_weight is no whole number") -%}
        {%- endif -%}
        {%- for name in ["quiet_hours_start", "quiet_hours_end"] -%}
            {%- if var(name) is number and var(name) > 23 -%}
                {%- do errors.append(
                    name ~ " is '" ~ var(name) ~ "'; expected an hour of at most 23"
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for lower, upper in {
            "spending_low_below": "spending_high_from",
            "price_sensitivity_low_below": "price_sensitivity_high_from",
        }.items() if var(lower) is number and var(upper) is number -%}
            {%- if var(lower) > var(upper) -%}
                {%- do errors.append(lower ~ " is more than " ~ upper) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if var("rfm_frequency_ties") == "row_order" and var("rfm_score_method") != "fixed" -%}
            {%- do errors.append(
                "rfm_frequency_ties 'row_order' needs rfm_score_method 'fixed'"
            ) -%}
        {%- endif -%}
        {%- if var("preference_min_share") is number and var("preference_min_share") > 1 -%}
            {%- do errors.append(
                "preference_min_share is '"
                ~ var("preference_min_share")
                ~ "'; expected a share of at most 1"
            ) -%}
        {%- endif -%}
        {%- for lower, upper in {
            "new_customer_days": "lifecycle_lapsing_days",
            "won_back_days": "lifecycle_lapsing_days",
            "lifecycle_lapsing_days": "lifecycle_lapsed_days",
            "profile_partial_percent": "profile_complete_percent",
            "service_load_medium_from": "service_load_heavy_from",
            "satisfaction_neutral_from": "satisfaction_satisfied_from",
        }.items() -%}
            {%- if var(lower) is number and var(upper) is number and var(lower) >= var(upper) -%}
                {%- do errors.append(
                    lower
                    ~ " is '"
                    ~ var(lower)
                    ~ "'; expected less than "
                    ~ upper
                    ~ ", which is '"
                    ~ var(upper)
                    ~ "'"
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if not errors and mode in ("files", "tables") and flags.WHICH in ("run", "build") -%}
            {%- set found = [] -%}
            {%- for tables in landing_tables().values() -%}
                {%- for table in tables if landing_relation(table) -%}
                    {%- do found.append(table) -%}
                {%- endfor -%}
            {%- endfor -%}
            {%- if not found -%}
                {%- set place = (
                    var("landing_path") if mode == "files" else var("landing_schema")
                ) -%}
                {%- do errors.append(
                    "landing '"
                    ~ mode
                    ~ "' finds no landing table in '"
                    ~ place
                    ~ "'; expected names such as "
                    ~ (
                        "orders.parquet or customers.csv"
                        if mode == "files"
                        else "orders"
                    )
                ) -%}
            {%- endif -%}
        {%- endif -%}
        {%- if errors -%}
            {{ exceptions.raise_compiler_error("vars: " ~ errors | join("; ")) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}

{#- Whether a text is a date of the calendar written YYYY-MM-DD. -#}
{%- macro is_iso_date(text) -%}
    {%- set match = modules.re.match("^([0-9]{4})-([0-9]{2})-([0-9]{2})$", text) -%}
    {%- if not match -%} {{ return(false) }} {%- endif -%}
    {%- set year, month, day = match.groups() | map("int") -%}
    {%- if not 1 <= month <= 12 or year < 1900 -%} {{ return(false) }} {%- endif -%}
    {%- set next_month = modules.datetime.date(year + month // 12, month % 12 + 1, 1) -%}
    {%- set last_day = (next_month - modules.datetime.timedelta(days=1)).day -%}
    {{ return(1 <= day <= last_day) }}
{%- endmacro -%}
