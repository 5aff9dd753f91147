{#- Whether a text contains a match of a regular expression. No backslashes in the pattern: they
    mean different things in the engines' literals; write [0-9] and [.]. -#}
{%- macro matches(text, pattern) -%}
    {{ return(adapter.dispatch("matches", "customer_segmentation")(text, pattern)) }}
{%- endmacro -%}

{%- macro duckdb__matches(text, pattern) -%}
    {{ return("regexp_matches(" ~ text ~ ", '" ~ pattern ~ "')") }}
{%- endmacro -%}

{%- macro spark__matches(text, pattern) -%}
    {{ return("(" ~ text ~ " rlike '" ~ pattern ~ "')") }}
{%- endmacro -%}
