{#- A text without every match of a regular expression (see matches.sql for the pattern). -#}
{%- macro remove_matches(text, pattern) -%}
    {{ return(adapter.dispatch("remove_matches", "customer_segmentation")(text, pattern)) }}
{%- endmacro -%}

{%- macro duckdb__remove_matches(text, pattern) -%}
    {{ return("regexp_replace(" ~ text ~ ", '" ~ pattern ~ "', '', 'g')") }}
{%- endmacro -%}

{%- macro spark__remove_matches(text, pattern) -%}
    {{ return("regexp_replace(" ~ text ~ ", '" ~ pattern ~ "', '')") }}
{%- endmacro -%}
