{#- A landing table with the meaning of its words, as a subquery. A column with `words` in the
    contract has the meaning of the landed word in that list of known_words, and null if the word is
    unknown or says nothing. With `other_words: kept`, an unknown word stays, in lower case and with
    one underscore for blanks. The landed word stays as <column>_word, unless it says nothing; if
    the column has an `unknown_word`, it always stays. `read_as` maps columns to SQL that is read in
    their place. -#}
{%- macro with_meanings(table_name, read_as={}) -%}
    {%- set landed = landing(table_name) -%}
    {%- set words = ref("known_words") -%}
    {%- set columns = contract_columns(table_name) -%}
    (
        select
            {%- for column in columns %}
                {%- set name = column.name %}
                {%- set landed_word = read_as.get(name, "landed." ~ name) %}
                {%- if column.words %}
                    {%- if column.other_words == "kept" %}
                        case
                            when {{ name }}_meanings.word is not null
                            then {{ name }}_meanings.meaning
                            else
                                {{
                                    replace_matches(
                                        "lower(trim(" ~ landed_word ~ "))", "( |[+]|%20)+", "_"
                                    )
                                }}
                        end as {{ name }},
                    {%- else %} {{ name }}_meanings.meaning as {{ name }},
                    {%- endif %}
                    {%- if column.unknown_word %} {{ landed_word }} as {{ name }}_word,
                    {%- else %}
                        case
                            when {{ name }}_meanings.is_nothing then null else {{ landed_word }}
                        end as {{ name }}_word,
                    {%- endif %}
                {%- else %} landed.{{ name }},
                {%- endif %}
            {%- endfor %}
            landed.type_error,
            landed.unread_shape
        from {{ landed }} as landed
        {%- for column in columns if column.words %}
            left join
                {{ words }} as {{ column.name }}_meanings
                on {{ column.name }}_meanings.list = '{{ column.words }}'
                and {{ column.name }}_meanings.word
                = {{ folded_word(read_as.get(column.name, "landed." ~ column.name)) }}
        {%- endfor %}
    )
{%- endmacro -%}
