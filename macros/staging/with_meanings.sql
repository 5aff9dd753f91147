{#- A landing table with the meaning of its words, as a subquery. A column with `words` in the
    contract has the meaning of the landed word in that list of the seed `words`. The meaning of an
    unknown word is null. The landed word stays as <column>_word. -#}
{%- macro with_meanings(table_name) -%}
    {%- set landed = landing(table_name) -%}
    {%- set words = ref("words") -%}
    {%- set columns = contract_columns(table_name) -%}
    (
        select
            {%- for column in columns %}
                {%- if column.words %}
                    {{ column.name }}_meanings.meaning as {{ column.name }},
                    landed.{{ column.name }} as {{ column.name }}_word,
                {%- else %} landed.{{ column.name }},
                {%- endif %}
            {%- endfor %}
            landed.type_error,
            landed.unread_shape
        from {{ landed }} as landed
        {%- for column in columns if column.words %}
            left join
                (
                    select {{ folded_word("word") }} as word, min(meaning) as meaning
                    from {{ words }}
                    where list = '{{ column.words }}'
                    group by {{ folded_word("word") }}
                ) as {{ column.name }}_meanings
                on {{ folded_word("landed." ~ column.name) }} = {{ column.name }}_meanings.word
        {%- endfor %}
    )
{%- endmacro -%}
