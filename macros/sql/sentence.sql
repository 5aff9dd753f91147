{#- A text with columns in braces, each cast to text; null if one of them is null. -#}
{%- macro sentence(template) -%}
    {%- set parts = [] -%}
    {%- for piece in template.split("{") -%}
        {%- set words = piece if loop.first else piece.split("}")[1] -%}
        {%- if not loop.first -%}
            {%- set column = piece.split("}")[0] -%}
            {%- do parts.append("cast(" ~ column ~ " as string)") -%}
        {%- endif -%}
        {%- if words -%}
            {%- do parts.append("'" ~ dbt.escape_single_quotes(words) ~ "'") -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(parts | join(" || ")) }}
{%- endmacro -%}
