{#- The columns of a landed row as JSON text, nulls left out. A value of a column that can name a
    person, or says what nobody may keep (pii direct or special), is replaced by "masked". Values that
    could not be cast stand as they landed, from the column unread_values. -#}
{%- macro landed_row_json(table_name) -%}
    '{' || concat_ws(
        ', '
        {%- for column in contract_columns(table_name) -%}
            ,
            case
                when {{ column.name }} is not null
                then
                    '"{{ column.name }}": '
                    || {%- if column.pii in ("direct", "special") -%} '"masked"'
                    {%- else -%}
                        {{ json_text("cast(" ~ column.name ~ " as " ~ dbt.type_string() ~ ")") }}
                    {%- endif %}
            end
        {%- endfor %},
        nullif(unread_values, '')
    )
    || '}'
{%- endmacro -%}
