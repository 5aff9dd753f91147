{#- What is wrong with the vars that are lists: a list of messages. -#}
{%- macro list_vars_errors() -%}
    {%- set errors = [] -%}
    {#- Of lists of columns, how many it takes. -#}
    {%- set columns = {
        "cluster_features": 2,
        "prospect_numbers": 0,
        "prospect_categories": 0,
        "drift_features": 1,
    } -%}
    {%- for name in columns.keys() | list + ["snowplow_ecommerce_app_ids"] if var(
        name
    ) is string or var(name) is not sequence -%}
        {%- do errors.append(
            name
            ~ " is '"
            ~ var(name)
            ~ "'; expected a list of "
            ~ (
                "columns of customer_features"
                if name in columns
                else "app_ids, empty for all"
            )
        ) -%}
    {%- endfor -%}
    {%- for name, least in columns.items() if var(name) is not string and var(
        name
    ) is sequence -%}
        {%- if var(name) | length < least -%}
            {%- do errors.append(name ~ " has fewer than " ~ least ~ " columns") -%}
        {%- endif -%}
        {%- for column in var(name) if not modules.re.fullmatch("[a-z][a-z0-9_]*", column | string) -%}
            {%- do errors.append(name ~ " has '" ~ column ~ "', which is no name of a column") -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(errors) }}
{%- endmacro -%}
