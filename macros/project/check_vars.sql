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
        {%- for name, range in number_vars().items() -%}
            {%- set least, most = range[0], range[1] -%}
            {%- if var(name) is not number or var(name) < least or (
                most is not none and var(name) > most
            ) -%}
                {%- do errors.append(
                    name
                    ~ " is '"
                    ~ var(name)
                    ~ "'; expected a number "
                    ~ (
                        "of at least " ~ least
                        if most is none
                        else "from " ~ least ~ " to " ~ most
                    )
                ) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for smaller, larger in ordered_vars() if var(smaller) is number and var(larger) is number -%}
            {%- if var(smaller) > var(larger) -%}
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
        {#- Lifts are quotients of whole numbers. -#}
        {%- if var("category_prior_weight") is not integer -%}
            {%- do errors.append("category_prior_weight is no whole number") -%}
        {%- endif -%}
        {%- if (
            var("cart_recovery_days") is number
            and var("cart_abandoned_hours") is number
            and var("cart_recovery_days") * 24 < var("cart_abandoned_hours")
        ) -%}
            {%- do errors.append("cart_recovery_days is shorter than cart_abandoned_hours") -%}
        {%- endif -%}
        {%- if var("snowplow_ecommerce_app_ids") is string or var(
            "snowplow_ecommerce_app_ids"
        ) is not sequence -%}
            {%- do errors.append(
                "snowplow_ecommerce_app_ids is '"
                ~ var("snowplow_ecommerce_app_ids")
                ~ "'; expected a list of app_ids, empty for all"
            ) -%}
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
