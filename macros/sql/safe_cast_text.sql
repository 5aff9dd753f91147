{#- Text cast to a contract type, the same on every engine; null if the text does not fit. Times are
    local times of business_time_zone. -#}
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

{#- A time with an offset becomes local time of the business; a time without one already is. -#}
{%- macro duckdb__cast_iso_text(iso, data_type) -%}
    {%- set utc = "cast(try_cast(" ~ iso ~ " as timestamptz) as timestamp)" -%}
    {{ return(cast_of_business_time(iso, utc, data_type)) }}
{%- endmacro -%}

{%- macro spark__cast_iso_text(iso, data_type) -%}
    {{ return(cast_of_business_time(iso, "try_cast(" ~ iso ~ " as timestamp)", data_type)) }}
{%- endmacro -%}

{%- macro cast_of_business_time(iso, utc, data_type) -%}
    {%- set time = utc -%}
    {%- if var("business_time_zone") != "UTC" -%}
        {%- set time = (
            "case when "
            ~ has_offset(iso)
            ~ " then "
            ~ business_time(utc)
            ~ " else "
            ~ utc
            ~ " end"
        ) -%}
    {%- endif -%}
    {{ return("cast(" ~ time ~ " as " ~ data_type ~ ")") }}
{%- endmacro -%}

{#- Whether a text of ISO 8601 ends in an offset from UTC. -#}
{%- macro has_offset(iso) -%}
    {{ return(matches(iso, "[0-9]:[0-9.,:]+ *(Z|z|[+-][0-9]{2}(:?[0-9]{2})?)$")) }}
{%- endmacro -%}

{#- Text of a source whose times are in UTC, with the offset that it may lack. -#}
{%- macro utc_text(text) -%}
    {{
        return(
            "case when " ~ has_offset(text) ~ " then " ~ text ~ " else " ~ text ~ " || 'Z' end"
        )
    }}
{%- endmacro -%}
