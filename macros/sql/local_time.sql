{#- A moment in UTC as the clock on the wall of a time zone shows it. The zone is one of the seed
    reference_time_zones: both engines stop at a name that they do not know. Converting costs about
    6 CPU seconds a million rows on DuckDB, so convert the distinct hours, not every event. -#}
{%- macro local_time(moment, time_zone) -%}
    {{ return(adapter.dispatch("local_time", "customer_segmentation")(moment, time_zone)) }}
{%- endmacro -%}

{%- macro duckdb__local_time(moment, time_zone) -%}
    {{ return("timezone(" ~ time_zone ~ ", timezone('UTC', cast(" ~ moment ~ " as timestamp)))") }}
{%- endmacro -%}

{%- macro spark__local_time(moment, time_zone) -%}
    {{ return("from_utc_timestamp(" ~ moment ~ ", " ~ time_zone ~ ")") }}
{%- endmacro -%}
