{#- A local time in business_time_zone as a time in UTC. -#}
{%- macro utc_time(moment) -%}
    {%- set time_zone = var("business_time_zone") -%}
    {%- if time_zone == "UTC" -%} {{ return(moment) }} {%- endif -%}
    {{
        return(
            adapter.dispatch("utc_time", "customer_segmentation")(moment, "'" ~ time_zone ~ "'")
        )
    }}
{%- endmacro -%}

{%- macro duckdb__utc_time(moment, time_zone) -%}
    {{ return("timezone('UTC', timezone(" ~ time_zone ~ ", " ~ moment ~ "))") }}
{%- endmacro -%}

{%- macro spark__utc_time(moment, time_zone) -%}
    {{ return("to_utc_timestamp(" ~ moment ~ ", " ~ time_zone ~ ")") }}
{%- endmacro -%}
