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
            "order_min_net_amount": 0,
            "session_gap_minutes": 1,
            "session_max_days": 1,
            "session_max_events": 1,
            "engaged_session_seconds": 0,
            "engaged_session_views": 1,
            "cart_abandoned_hours": 0,
            "cart_abandoned_service_hours": 0,
            "cart_recovery_days": 0,
            "journey_max_days": 1,
            "web_window_days": 1,
            "web_engaged_sessions": 1,
            "web_highly_engaged_sessions": 1,
            "main_device_share": 0,
            "serial_abandonments": 1,
            "abandoner_share": 0,
            "demo_recent_days": 0,
            "fuzzy_width": 0,
            "archetype_window_days": 1,
            "indecisive_days": 1,
            "indecisive_views": 1,
            "indecisive_max_products": 1,
            "indecisive_product_views": 1,
            "impulsive_products_added": 1,
            "impulsive_view_to_add_seconds": 1,
            "impulsive_order_minutes": 1,
            "researcher_views": 1,
            "researcher_sessions": 1,
            "bargain_hunter_discounted_share": 0,
            "returner_return_rate": 0,
            "returner_orders": 1,
            "replenisher_gap_variation": 0,
            "replenisher_orders": 1,
            "gifter_gift_share": 0,
            "freshness_warn_days": 0,
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
            "main_device_share",
            "abandoner_share",
            "fuzzy_width",
            "bargain_hunter_discounted_share",
            "returner_return_rate",
            "gifter_gift_share",
        ] -%}
            {%- if var(name) is number and var(name) > 1 -%}
                {%- do errors.append(
                    name ~ " is '" ~ var(name) ~ "'; expected a share of at most 1"
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for smaller, larger in {
            "web_engaged_sessions": "web_highly_engaged_sessions",
            "cart_abandoned_service_hours": "cart_abandoned_hours",
        }.items() -%}
            {%- if (
                var(smaller) is number
                and var(larger) is number
                and var(smaller) > var(larger)
            ) -%}
                {%- do errors.append(
                    smaller
                    ~ " is '"
                    ~ var(smaller)
                    ~ "'; expected at most "
                    ~ larger
                    ~ ", "
                    ~ var(larger)
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- set recovery_hours = (
            var("cart_recovery_days") * 24 if var("cart_recovery_days") is number else 0
        ) -%}
        {%- if var("cart_abandoned_hours") is number and recovery_hours < var(
            "cart_abandoned_hours"
        ) -%}
            {%- do errors.append("cart_recovery_days is shorter than cart_abandoned_hours") -%}
        {%- endif -%}
        {%- if var("rfm_frequency_ties") == "row_order" and var("rfm_score_method") != "fixed" -%}
            {%- do errors.append(
                "rfm_frequency_ties 'row_order' needs rfm_score_method 'fixed'"
            ) -%}
        {%- endif -%}
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
