{#- One row per object of a JSON list, as an item of a select: a struct of texts. -#}
{%- macro json_rows(text, fields) -%}
    {{ return(adapter.dispatch("json_rows", "customer_segmentation")(text, fields)) }}
{%- endmacro -%}

{%- macro duckdb__json_rows(text, fields) -%}
    {%- set types = [] -%}
    {%- for field in fields -%} {%- do types.append('"' ~ field ~ '": "VARCHAR"') -%} {%- endfor -%}
    {{ return("unnest(from_json(" ~ text ~ ", '[{" ~ types | join(", ") ~ "}]'))") }}
{%- endmacro -%}

{%- macro spark__json_rows(text, fields) -%}
    {%- set types = fields | map("string") | join(": string, ") ~ ": string" -%}
    {{ return("explode(from_json(" ~ text ~ ", 'array<struct<" ~ types ~ ">>'))") }}
{%- endmacro -%}

{#- A field of a JSON object as text; null if the text is no object that has it. -#}
{%- macro json_field(object, field) -%}
    {{ return(adapter.dispatch("json_field", "customer_segmentation")(object, field)) }}
{%- endmacro -%}

{%- macro duckdb__json_field(object, field) -%}
    {%- set text = "cast(" ~ object ~ " as varchar)" -%}
    {{
        return(
            "case when json_valid("
            ~ text
            ~ ") then json_extract_string("
            ~ text
            ~ ", '$."
            ~ field
            ~ "') end"
        )
    }}
{%- endmacro -%}

{%- macro spark__json_field(object, field) -%}
    {{ return("get_json_object(cast(" ~ object ~ " as string), '$." ~ field ~ "')") }}
{%- endmacro -%}
