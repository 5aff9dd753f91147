{#- A landed text as its contract type: in the format that the var landing_formats declares for the
    column, else in the exact forms of safe_cast_text. A value in another form is null. -#}
{%- macro typed_text(text, table_name, column) -%}
    {%- set declared = var("landing_formats").get(table_name, {}).get(column.name) -%}
    {%- if not declared -%} {{ return(safe_cast_text(text, column.data_type)) }} {%- endif -%}
    {%- set format = modules.customer_segmentation.compiled_format(declared, column.data_type) -%}
    {%- if format.kind == "epoch" -%}
        {%- set seconds = "cast(" ~ remove_matches(text, "[.].*$") ~ " as bigint)" -%}
        {%- set moment = time_of_microseconds(seconds ~ " * " ~ format.microseconds) -%}
        {{
            return(
                "case when "
                ~ matches(text, format.pattern)
                ~ " then cast("
                ~ business_time(moment)
                ~ " as "
                ~ column.data_type
                ~ ") end"
            )
        }}
    {%- elif format.kind == "time" -%}
        {{ return(safe_cast_text(iso_text(text, format), column.data_type)) }}
    {%- endif -%}
    {{ return(safe_cast_text(plain_number(text, format), column.data_type)) }}
{%- endmacro -%}

{#- A text of a declared format as ISO 8601, null if it has another format. -#}
{%- macro iso_text(text, format) -%}
    {%- set parts = {} -%}
    {%- for name, place in format.places.items() -%}
        {%- set part = "regexp_extract(" ~ text ~ ", '" ~ format.pattern ~ "', " ~ place ~ ")" -%}
        {%- do parts.update({name: part}) -%}
    {%- endfor -%}
    {%- set month = parts.month -%}
    {%- if parts.month_name -%}
        {%- set name = "substr(lower(" ~ parts.month_name ~ "), 1, 3)" -%}
        {%- set months = "'jan feb mar apr may jun jul aug sep oct nov dec'" -%}
        {%- set month = (
            "cast(cast((nullif(position("
            ~ name
            ~ " in "
            ~ months
            ~ "), 0) + 3) / 4 as int) as string)"
        ) -%}
    {%- endif -%}
    {%- set hour = parts.hour -%}
    {%- if parts.half -%}
        {%- set half = "case when lower(" ~ parts.half ~ ") like 'p%' then 12 else 0 end" -%}
        {%- set hour = (
            "cast(try_cast("
            ~ parts.hour_of_half
            ~ " as int) % 12 + "
            ~ half
            ~ " as string)"
        ) -%}
    {%- endif -%}
    {%- set year = parts.year or "'20' || " ~ parts.short_year -%}
    {%- set iso -%}
        {{ year }} || '-' || lpad({{ month }}, 2, '0') || '-' || lpad({{ parts.day }}, 2, '0')
        {%- if hour %} || ' ' || lpad({{ hour }}, 2, '0') || ':' || {{ parts.minute or "'00'" }} {%- endif %}
        {%- if parts.second %} || ':' || {{ parts.second }} {%- endif %}
        {%- if parts.fraction %} || '.' || {{ parts.fraction }} {%- endif %}
        {%- if parts.zone %} || {{ parts.zone }} {%- endif %}
    {%- endset -%}
    {{ return("(case when " ~ matches(text, format.pattern) ~ " then " ~ iso ~ " end)") }}
{%- endmacro -%}

{#- A number of a declared format with a decimal point and nothing else, null if it has another
    format. -#}
{%- macro plain_number(text, format) -%}
    {%- set shown = [text] -%}
    {%- for old, new in format.replaced.items() -%}
        {%- do shown.append(
            "replace("
            ~ shown[-1]
            ~ ", "
            ~ text_literal(old)
            ~ ", "
            ~ text_literal(new)
            ~ ")"
        ) -%}
    {%- endfor -%}
    {%- set number = "trim(" ~ shown[-1] ~ ")" -%}
    {%- set digits = (
        "replace(" ~ number ~ ", '" ~ format.group ~ "', '')"
        if format.group
        else number
    ) -%}
    {{
        return(
            "(case when "
            ~ matches(number, format.pattern)
            ~ " then replace("
            ~ digits
            ~ ", '"
            ~ format.decimal
            ~ "', '.') end)"
        )
    }}
{%- endmacro -%}
