{#- The value of a parameter in the query of a web address, in lower case; null without one. -#}
{%- macro url_parameter(url, name) -%}
    {%- set rest = dbt.split_part("lower(" ~ url ~ ")", "'" ~ name ~ "='", 2) -%}
    {%- set value = dbt.split_part(dbt.split_part(rest, "'&'", 1), "'#'", 1) -%}
    {{
        return(
            "case when lower("
            ~ url
            ~ ") like '%"
            ~ name
            ~ "=%' then nullif("
            ~ value
            ~ ", '') end"
        )
    }}
{%- endmacro -%}
