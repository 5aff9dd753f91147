{#- Text cast to a contract type, the same on every engine; null if the text does not fit. -#}
{%- macro safe_cast_text(text, data_type) -%}
    {%- if data_type in ("date", "timestamp") -%}
        {#- ISO 8601 only: engines disagree about other spellings of a date ('2024',
            '1/2/2024'). -#}
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
        {#- 12.7 is no whole number, even if an engine would round or cut it. -#}
        {%- set text = "case when " ~ matches(text, "^[+-]?[0-9]+$") ~ " then " ~ text ~ " end" -%}
    {%- endif -%}
    {{ return("try_cast(" ~ text ~ " as " ~ data_type ~ ")") }}
{%- endmacro -%}

{#- A time with an offset is converted to UTC; a time without one is already UTC. -#}
{%- macro duckdb__cast_iso_text(iso, data_type) -%}
    {{ return("cast(try_cast(" ~ iso ~ " as timestamptz) as " ~ data_type ~ ")") }}
{%- endmacro -%}

{%- macro spark__cast_iso_text(iso, data_type) -%}
    {{ return("cast(try_cast(" ~ iso ~ " as timestamp) as " ~ data_type ~ ")") }}
{%- endmacro -%}
