{#- A text without every match of a regular expression (see matches.sql for the pattern). -#}
{%- macro remove_matches(text, pattern) -%}
    {{ return(replace_matches(text, pattern, "")) }}
{%- endmacro -%}
