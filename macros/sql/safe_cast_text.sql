{#- Text cast to a contract type, the same on every engine; null if the text does not fit. Only
    exact forms are cast, because engines guess at others: DuckDB reads 1_000 as a number, and a
    time with the name of a zone shifts the times of other rows. Times are local times of
    business_time_zone. -#}
{%- macro safe_cast_text(text, data_type) -%}
    {%- if data_type in ("date", "timestamp") -%} {{ return(cast_iso_text(text, data_type)) }}
    {%- elif data_type == "boolean" -%}
        {%- set word = "lower(" ~ text ~ ")" -%}
        {{
            return(
                "case when "
                ~ word
                ~ " in ('true', 't', 'yes', 'y', '1', '1.0') then true when "
                ~ word
                ~ " in ('false', 'f', 'no', 'n', '0', '0.0') then false end"
            )
        }}
    {%- elif data_type in ("int", "bigint") -%}
        {#- 12.0 is a whole number, 12.7 is none, even if an engine would round or cut it. -#}
        {%- set number = "^[+-]?[0-9]+([.]0*)?$" -%}
        {%- set shown = remove_matches(text, "[.]0*$") -%}
    {%- else -%}
        {#- A large number with an exponent has lost its last digits in a spreadsheet; a tiny one
            is the rest of a subtraction. -#}
        {%- set exponent = "[+-]?" if data_type == "double" else "-" -%}
        {%- set number = "^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE]" ~ exponent ~ "[0-9]{1,3})?$" -%}
        {%- set shown = text -%}
    {%- endif -%}
    {{
        return(
            "try_cast(case when "
            ~ matches(text, number)
            ~ " then "
            ~ shown
            ~ " end as "
            ~ data_type
            ~ ")"
        )
    }}
{%- endmacro -%}

{#- A date or time in ISO 8601: 2024-06-10, 2024-06-10 09:00, 2024-06-10T09:00:00.123, and the time
    with Z, UTC or an offset such as -04, -0400 or -04:00. A time with an offset becomes local time
    of the business; a time without one already is. -#}
{%- macro cast_iso_text(text, data_type) -%}
    {%- set day = "[0-9]{4}-[0-9]{2}-[0-9]{2}" -%}
    {%- set time = "[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?" -%}
    {%- set zone = " ?(Z|UTC|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)" -%}
    {{
        return(
            "case when "
            ~ matches(text, "^" ~ day ~ "(" ~ time ~ ")?$")
            ~ " then try_cast("
            ~ ("substr(" ~ text ~ ", 1, 10)" if data_type == "date" else text)
            ~ " as "
            ~ data_type
            ~ ") when "
            ~ matches(text, "^" ~ day ~ time ~ zone ~ "$")
            ~ " then cast("
            ~ business_time(moment_with_offset(text), may_be_date=data_type == "date")
            ~ " as "
            ~ data_type
            ~ ") end"
        )
    }}
{%- endmacro -%}

{#- The time in UTC of an ISO text that ends with Z, UTC or an offset. -#}
{%- macro moment_with_offset(text) -%}
    {%- set written = (
        "try_cast(" ~ remove_matches(text, " ?(Z|UTC|[+-][0-9:]+)$") ~ " as timestamp)"
    ) -%}
    {#- -04, -0400 and -04:00 are 0400. -#}
    {%- set offset = "rpad(" ~ remove_matches(text, "^.*[+-]|:") ~ ", 4, '0')" -%}
    {%- set minutes = (
        "try_cast(substr("
        ~ offset
        ~ ", 1, 2) as int) * 60 + try_cast(substr("
        ~ offset
        ~ ", 3, 2) as int)"
    ) -%}
    {{
        return(
            written
            ~ " - interval '1' minute * (case when "
            ~ matches(text, "[+][0-9:]+$")
            ~ " then "
            ~ minutes
            ~ " when "
            ~ matches(text, "-[0-9:]+$")
            ~ " then -("
            ~ minutes
            ~ ") else 0 end)"
        )
    }}
{%- endmacro -%}
