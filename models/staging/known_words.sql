-- Words of the project and of the business, folded. A word of the business counts instead of the
-- project's meaning.
with
    words as (
        select list, {{ folded_word("word") }} as word, meaning, 1 as is_own
        from {{ ref("own_words") }}
        union all
        select list, {{ folded_word("word") }}, meaning, 0
        from {{ ref("words") }}
    ),

    final as (
        select
            list,
            word,
            case
                when max(is_own) = 1
                then min(case when is_own = 1 then meaning end)
                else min(meaning)
            end as meaning
        from words
        group by list, word
    )

select *
from final
