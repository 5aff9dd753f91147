{#- What a row that withdraws (`condition`) says, as one text over `columns`; null for other rows. It
    stands for the row where no key does: two keys that are the same, or none, hide no withdrawal. -#}
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
