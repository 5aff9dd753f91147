-- Words of the project and of the business, folded. A word of the business counts instead of the
-- project's meaning. Every list has the words of the list nothing, and signs alone, which are
-- folded to an empty text, unless it gives them a meaning.
with
    words as (
        select list, {{ folded_word("word") }} as word, meaning, 2 as priority
        from {{ ref("own_words") }}
        union all
        select list, {{ folded_word("word") }}, meaning, 1
        from {{ ref("words") }}
    ),

    words_of_lists as (
        select *
        from words
        union all
        select lists.list, nothing.word, cast(null as string), 0
        from (select distinct list from words) as lists
        cross join
            (
                select word
                from words
                where list = 'nothing'
                union
                select '' as word
            ) as nothing
    ),

    ranked_words as (
        select *, max(priority) over (partition by list, word) as best_priority from words_of_lists
    ),

    final as (
        select list, word, min(meaning) as meaning, best_priority = 0 as is_nothing
        from ranked_words
        where priority = best_priority
        group by list, word, best_priority
    )

select *
from final
