{#- The items of a list in a text, separated by ; , or | : one row per item in a select list. -#}
{%- macro list_items(text) -%}
    {{ return(adapter.dispatch("list_items", "customer_segmentation")(text)) }}
{%- endmacro -%}

{%- macro duckdb__list_items(text) -%}
    {{ return("unnest(string_split_regex(" ~ text ~ ", '[;,|]'))") }}
{%- endmacro -%}

{%- macro spark__list_items(text) -%}
    {{ return("explode(split(" ~ text ~ ", '[;,|]'))") }}
{%- endmacro -%}
