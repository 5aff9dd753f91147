{#- A landed column as text. A whole number in a column of decimal numbers is written without a
    decimal point. A double keeps 15 digits; a longer whole number is left as the engine writes
    it. -#}
{%- macro landed_text(column) -%}
    {%- set data_type = column.data_type | lower -%}
    {%- set value = column.quoted -%}
    {%- set as_text -%} cast({{ value }} as string) {%- endset -%}
    {%- if data_type in ("double", "float", "real") %}
        case
            when abs({{ value }}) < 1e15 and {{ value }} = floor({{ value }})
            then cast(cast({{ value }} as bigint) as string)
            else {{ as_text }}
        end
    {%- elif data_type.startswith("decimal") %}
        case
            when {{ value }} = floor({{ value }})
            then cast(cast({{ value }} as decimal(38, 0)) as string)
            else {{ as_text }}
        end
    {%- else %} {{ as_text }}
    {%- endif -%}
{%- endmacro -%}
