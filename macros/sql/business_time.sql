{#- A time in UTC as local time in business_time_zone, which all times have from staging on. Exactly
    midnight UTC is a date without a time and stays. Sources whose times are UTC without an offset
    (epochs, trackers) need it. -#}
{%- macro business_time(moment) -%}
    {%- set time_zone = var("business_time_zone") -%}
    {%- if time_zone == "UTC" -%} {{ return(moment) }} {%- endif -%}
    {{
        return(
            "case when "
            ~ moment
            ~ " = cast(cast("
            ~ moment
            ~ " as date) as timestamp) then "
            ~ moment
            ~ " else "
            ~ local_time(moment, "'" ~ time_zone ~ "'")
            ~ " end"
        )
    }}
{%- endmacro -%}
