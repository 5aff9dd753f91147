{#- Microseconds from one timestamp to a later one, a whole number. Hours and minutes are
    compared in microseconds, because the engines disagree about differences of timestamps in
    larger units. -#}
{%- macro microseconds_between(earlier, later) -%}
    {{ return(adapter.dispatch("microseconds_between", "customer_segmentation")(earlier, later)) }}
{%- endmacro -%}

{%- macro duckdb__microseconds_between(earlier, later) -%}
    {{ return("(epoch_us(" ~ later ~ ") - epoch_us(" ~ earlier ~ "))") }}
{%- endmacro -%}

{%- macro spark__microseconds_between(earlier, later) -%}
    {#- A date plus a day is a date on Spark. -#}
    {%- set timestamps = [] -%}
    {%- for moment in (later, earlier) -%}
        {%- do timestamps.append("unix_micros(cast(" ~ moment ~ " as timestamp))") -%}
    {%- endfor -%}
    {{ return("(" ~ timestamps | join(" - ") ~ ")") }}
{%- endmacro -%}
