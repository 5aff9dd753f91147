{#- Text to a contract type, null where it does not fit, the same on every engine. -#}
{%- macro safe_cast_text(text, data_type) -%}
    {%- if data_type in ("date", "timestamp") -%}
        {#- Engines differ in what else they take for a date ('2024', '1/2/2024'): ISO 8601 only. -#}
        {%- set iso = (
            "case when "
            ~ matches(text, "^[0-9]{4}-[0-9]{2}-[0-9]{2}")
            ~ " then "
            ~ text
            ~ " end"
        ) -%}
        {{ return(adapter.dispatch("cast_iso_text", "customer_segmentation")(iso, data_type)) }}
    {%- endif -%}
    {%- if data_type == "int" -%}
        {#- 12.7 is no whole number, whether an engine would round it or cut it. -#}
        {%- set text = "case when " ~ matches(text, "^[+-]?[0-9]+$") ~ " then " ~ text ~ " end" -%}
    {%- endif -%}
    {{ return("try_cast(" ~ text ~ " as " ~ data_type ~ ")") }}
{%- endmacro -%}

{#- An offset is applied, so that everything is UTC; without one the text is UTC already. -#}
{%- macro duckdb__cast_iso_text(iso, data_type) -%}
    {{ return("cast(try_cast(" ~ iso ~ " as timestamptz) as " ~ data_type ~ ")") }}
{%- endmacro -%}

{%- macro spark__cast_iso_text(iso, data_type) -%}
    {{ return("cast(try_cast(" ~ iso ~ " as timestamp) as " ~ data_type ~ ")") }}
{%- endmacro -%}
