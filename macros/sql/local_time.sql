{#- A time in UTC as local time in a time zone. The zone must be in the seed reference_time_zones:
    both engines stop at an unknown name. Converting costs about 6 CPU seconds a million rows on
    DuckDB, so convert the distinct hours, not every event. -#}
{%- macro local_time(moment, time_zone) -%}
    {{ return(adapter.dispatch("local_time", "customer_segmentation")(moment, time_zone)) }}
{%- endmacro -%}

{%- macro duckdb__local_time(moment, time_zone) -%}
    {{ return("timezone(" ~ time_zone ~ ", timezone('UTC', cast(" ~ moment ~ " as timestamp)))") }}
{%- endmacro -%}

{%- macro spark__local_time(moment, time_zone) -%}
    {{ return("from_utc_timestamp(" ~ moment ~ ", " ~ time_zone ~ ")") }}
{%- endmacro -%}
