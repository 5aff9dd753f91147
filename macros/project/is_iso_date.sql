{#- Whether a text is a date of the calendar written YYYY-MM-DD. -#}
{%- macro is_iso_date(text) -%}
    {%- set match = modules.re.match("^([0-9]{4})-([0-9]{2})-([0-9]{2})$", text) -%}
    {%- if not match -%} {{ return(false) }} {%- endif -%}
    {%- set year, month, day = match.groups() | map("int") -%}
    {%- if not 1 <= month <= 12 or year < 1900 -%} {{ return(false) }} {%- endif -%}
    {%- set next_month = modules.datetime.date(year + month // 12, month % 12 + 1, 1) -%}
    {%- set last_day = (next_month - modules.datetime.timedelta(days=1)).day -%}
    {{ return(1 <= day <= last_day) }}
{%- endmacro -%}
