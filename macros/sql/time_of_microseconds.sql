{#- The time in UTC that is so many microseconds after the beginning of 1970. -#}
{%- macro time_of_microseconds(microseconds) -%}
    {{ return(adapter.dispatch("time_of_microseconds", "customer_segmentation")(microseconds)) }}
{%- endmacro -%}

{%- macro duckdb__time_of_microseconds(microseconds) -%}
    {{ return("make_timestamp(" ~ microseconds ~ ")") }}
{%- endmacro -%}

{%- macro spark__time_of_microseconds(microseconds) -%}
    {{ return("timestamp_micros(" ~ microseconds ~ ")") }}
{%- endmacro -%}
