{#- Stops the run before any model when a var is out of range or contradicts another one. -#}
{%- macro check_vars() -%}
    {%- if execute and flags.WHICH in ("run", "build", "test", "seed") -%}
        {%- set errors = landing_vars_errors() + list_vars_errors() -%}
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
        {%- if not modules.re.match("^[A-Za-z0-9_.-]+$", var("holdout_salt") | string) -%}
            {%- do errors.append(
                "holdout_salt is '"
                ~ var("holdout_salt")
                ~ "'; expected letters, digits, dots, hyphens and underscores"
            ) -%}
        {%- endif -%}
        {%- for name, allowed in choice_vars().items() -%}
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
        {%- if (
            var("value_high_percent") is number
            and var("value_medium_percent") is number
            and var("value_high_percent") + var("value_medium_percent") > 100
        ) -%}
            {%- do errors.append(
                "value_high_percent and value_medium_percent are more than 100 together"
            ) -%}
        {%- endif -%}
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
        {%- if var("rfm_frequency_ties") == "row_order" and var("rfm_score_method") != "fixed" -%}
            {%- do errors.append(
                "rfm_frequency_ties 'row_order' needs rfm_score_method 'fixed'"
            ) -%}
        {%- endif -%}
        {%- if errors -%}
            {{ exceptions.raise_compiler_error("vars: " ~ errors | join("; ")) }}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}
