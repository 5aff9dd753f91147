{#- A text as an SQL literal. -#}
{%- macro text_literal(text) -%}
    {{ return(adapter.dispatch("text_literal", "customer_segmentation")(text)) }}
{%- endmacro -%}

{%- macro default__text_literal(text) -%}
    {{ return("'" ~ text | replace("'", "''") ~ "'") }}
{%- endmacro -%}

{#- Spark reads a backslash as the beginning of an escape. -#}
{%- macro spark__text_literal(text) -%}
    {{ return("'" ~ text | replace("\\", "\\\\") | replace("'", "\\'") ~ "'") }}
{%- endmacro -%}
