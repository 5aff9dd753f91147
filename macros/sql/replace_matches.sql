{#- A text with every match of a regular expression replaced (see matches.sql for the pattern). -#}
{%- macro replace_matches(text, pattern, replacement) -%}
    {{
        return(
            adapter.dispatch("replace_matches", "customer_segmentation")(
                text, pattern, replacement
            )
        )
    }}
{%- endmacro -%}

{%- macro duckdb__replace_matches(text, pattern, replacement) -%}
    {{ return("regexp_replace(" ~ text ~ ", '" ~ pattern ~ "', '" ~ replacement ~ "', 'g')") }}
{%- endmacro -%}

{%- macro spark__replace_matches(text, pattern, replacement) -%}
    {{ return("regexp_replace(" ~ text ~ ", '" ~ pattern ~ "', '" ~ replacement ~ "')") }}
{%- endmacro -%}
