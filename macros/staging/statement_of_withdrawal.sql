{#- Content of a row that withdraws (`condition`), as one text over `columns`; null for other rows.
    The text replaces the key, so that a missing or repeated key hides no withdrawal. -#}
{%- macro statement_of_withdrawal(condition, columns) -%}
    case
        when {{ condition }}
        then
            concat_ws(
                '|'
                {%- for column in columns -%}
                    , coalesce(cast({{ column }} as string), '-')
                {%- endfor -%}
            )
    end
{%- endmacro -%}
