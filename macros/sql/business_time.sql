{#- A time in UTC as local time in business_time_zone, which all times have from staging on. Sources
    whose times are UTC without an offset (epochs, trackers) need it. If it `may_be_date`, exactly
    midnight UTC is a date without a time and stays. -#}
{%- macro business_time(moment, may_be_date=true) -%}
    {%- set time_zone = var("business_time_zone") -%}
    {%- if time_zone == "UTC" -%} {{ return(moment) }} {%- endif -%}
    {%- set local = local_time(moment, "'" ~ time_zone ~ "'") -%}
    {%- if not may_be_date -%} {{ return(local) }} {%- endif -%}
    {%- set midnight = "cast(cast(" ~ moment ~ " as date) as timestamp)" -%}
    {{
        return(
            "case when "
            ~ moment
            ~ " = "
            ~ midnight
            ~ " then "
            ~ moment
            ~ " else "
            ~ local
            ~ " end"
        )
    }}
{%- endmacro -%}
