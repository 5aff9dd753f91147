{#- The host of a web address in lower case, without www. -#}
{%- macro domain(url) -%}
    {{ remove_matches("lower(" ~ url ~ ")", "^[a-z]+://(www[.])?|[/:?#].*$") }}
{%- endmacro -%}
