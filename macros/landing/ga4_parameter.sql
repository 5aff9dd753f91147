{#- A parameter of an event of GA4's export as text. -#}
{%- macro ga4_parameter(name) -%}
    {%- set value = adapter.dispatch("value_of_key", "customer_segmentation")(
        "event_params", name
    ) -%}
    coalesce(
        {{ value }}.string_value,
        cast({{ value }}.int_value as string),
        cast({{ value }}.double_value as string)
    )
{%- endmacro -%}

{#- The value of the first entry of a list of (key, value) with this key; null without one. -#}
{%- macro duckdb__value_of_key(list, key) -%}
    {{ return("([x.value for x in " ~ list ~ " if x.key = '" ~ key ~ "'][1])") }}
{%- endmacro -%}

{%- macro spark__value_of_key(list, key) -%}
    {{ return("get(filter(" ~ list ~ ", x -> x.key = '" ~ key ~ "'), 0).value") }}
{%- endmacro -%}

{#- One row per entry of a list, as an item of a select. -#}
{%- macro unnested(list) -%}
    {{ return(adapter.dispatch("unnested", "customer_segmentation")(list)) }}
{%- endmacro -%}

{%- macro duckdb__unnested(list) -%} {{ return("unnest(" ~ list ~ ")") }} {%- endmacro -%}

{%- macro spark__unnested(list) -%} {{ return("explode(" ~ list ~ ")") }} {%- endmacro -%}
