-- Landed words that are in no list of known_words, for every column that has a list in the
-- contract. The most frequent words are shown. A text that may be more than a word (an address, a
-- number, a sentence) is not shown, nor a rare word of a column about people.
{% set shown_words = 20 %}
{% set columns = [] %}
{% for tables in landing_tables().values() %}
    {% for table in tables %}
        {% for column in contract_columns(table) if column.words and column.other_words != "kept" %}
            {% do columns.append({"table": table, "column": column}) %}
        {% endfor %}
        {# dbt sees these when it parses. #}
        {% if not execute %} {% do landing(table) %} {% endif %}
    {% endfor %}
{% endfor %}
with
    known_words as (select * from {{ ref("known_words") }}),

    listed_columns as (
        select listed.*
        from
            (
                values
                    {% for of in columns %}
                        {%- set column = of.column %}
                        (
                            '{{ of.table }}',
                            '{{ column.name }}',
                            '{{ column.words }}',
                            '{{ column.unknown_word or "read as unknown" }}',
                            {{ "true" if column.unknown_word else "false" }},
                            {{ "true" if column.unknown_word and column.required else "false" }},
                            {{ "true" if column.pii != "none" else "false" }},
                            {{ "true" if column.most_words_known else "false" }}
                        )
                        {{- "," if not loop.last }}
                    {% endfor %}
            ) as listed(
                table_name,
                column_name,
                list,
                reading,
                is_read_as_something,
                needs_word,
                is_about_people,
                must_be_known
            )
    ),

    words_of_rows as (
        {% for table in columns | map(attribute="table") | unique %}
            {%- set names = (
                columns
                | selectattr("table", "equalto", table)
                | map(attribute="column.name")
                | list
            ) %}
            select
                listed_columns.*,
                case
                    listed_columns.column_name
                    {% for name in names %} when '{{ name }}' then landed.{{ name }} {% endfor %}
                end as landed_word,
                landed.row_count
            from
                (
                    select {{ names | join(", ") }}, count(*) as row_count
                    from {{ landing(table, names) }} as landed_rows
                    where coalesce(type_error, '') <> 'erased'
                    group by {{ names | join(", ") }}
                ) as landed
            inner join
                listed_columns on listed_columns.table_name = '{{ table }}'
                {{ "union all" if not loop.last }}
        {% endfor %}
    ),

    landed_words as (select *, {{ folded_word("landed_word") }} as word from words_of_rows),

    -- A word such as n/a says that there is none; a column that reads every word takes it for one.
    read_words as (
        select
            landed_words.*,
            known_words.word is null or known_words.is_nothing as is_unknown,
            case
                when landed_words.landed_word is null
                then not landed_words.needs_word
                else
                    coalesce(known_words.is_nothing, false)
                    and not landed_words.is_read_as_something
            end as is_empty
        from landed_words
        left join
            known_words
            on landed_words.list = known_words.list
            and landed_words.word = known_words.word
    ),

    words_with_share as (
        select
            *,
            cast(
                sum(case when is_unknown and not is_empty then row_count else 0 end) over (
                    partition by table_name, column_name
                ) as double
            ) / sum(case when is_unknown and is_empty then 0 else row_count end) over (
                partition by table_name, column_name
            ) as unknown_share
        from read_words
    ),

    words_to_show as (
        select
            table_name,
            column_name,
            reading,
            must_be_known,
            is_about_people,
            case
                when landed_word is null
                then 'nothing'
                when
                    length(landed_word) > 30
                    or {{ matches("landed_word", "[@<>:;,]|[0-9].*[0-9].*[0-9]| .* ") }}
                then 'what is more than a word'
                else '"' || lower(landed_word) || '"'
            end as word,
            row_count,
            unknown_share
        from words_with_share
        where is_unknown and not is_empty
    ),

    counted_words as (
        select
            table_name,
            column_name,
            reading,
            must_be_known,
            is_about_people,
            word,
            sum(row_count) as row_count,
            max(unknown_share) as unknown_share
        from words_to_show
        group by table_name, column_name, reading, must_be_known, is_about_people, word
    ),

    ranked_words as (
        select
            *,
            row_number() over (
                partition by table_name, column_name order by row_count desc, word asc
            ) as word_rank
        from counted_words
    ),

    commonest_words as (
        select
            table_name,
            column_name,
            reading,
            must_be_known,
            case
                when is_about_people and row_count < {{ var("min_cell_customers") }}
                then 'too rare to be shown'
                when word_rank <= {{ shown_words }}
                then word
                else 'other words'
            end as word,
            row_count,
            unknown_share
        from ranked_words
    ),

    final as (
        select
            table_name || '.' || column_name as item,
            word,
            reading,
            table_name,
            column_name,
            must_be_known,
            cast(sum(row_count) as bigint) as row_count,
            max(unknown_share) as unknown_share
        from commonest_words
        group by table_name, column_name, word, reading, must_be_known
    )

select *
from final
