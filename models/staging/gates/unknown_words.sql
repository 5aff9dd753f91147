-- Landed words of consents and campaign touches that are in no list of words. The most frequent
-- words are shown. A text that may be more than a word (an address, a number, a sentence) is not
-- shown.
{% set lists = {
    "consents.status": ["consent_status_words", "status", "read as withdrawn"],
    "consents.purpose": [
        "consent_purpose_words",
        "purpose",
        "a withdrawal is about every purpose, a grant about none",
    ],
    "consents.channel": [
        "consent_channel_words",
        "channel",
        "a withdrawal is about every channel, a grant about none",
    ],
    "campaign_touches.touch_type": [
        "touch_type_words",
        "touch_type",
        "read as unsubscribed",
    ],
    "campaign_touches.channel": [
        "consent_channel_words",
        "channel",
        "whoever unsubscribed did so from every channel",
    ],
} %}
{% set shown_words = 20 %}
with
    {% for item, (list, meaning, reading) in lists.items() %}
        {%- set table_name, column = item.split(".") %}
        {{ table_name ~ "_" ~ column }} as (
            select
                '{{ item }}' as item,
                '{{ reading }}' as reading,
                {{ column }} as landed_word,
                count(*) as row_count
            from {{ landing(table_name) }} as landed
            where coalesce(type_error, '') <> 'erased'
            group by {{ column }}
        ),
    {%- endfor %}

    -- A missing channel is clear: the statement covers all channels.
    unknown_words as (
        {%- for item, (list, meaning, reading) in lists.items() %}
            {%- set table_name, column = item.split(".") %}
            {%- set landed = table_name ~ "_" ~ column %}
            select {{ landed }}.*
            from {{ landed }}
            left join
                {{ ref(list) }} as known_words
                on {{ folded_word(landed ~ ".landed_word") }}
                = {{ folded_word("known_words.word") }}
            where
                known_words.word is null
                {%- if column == "channel" %} and {{ landed }}.landed_word is not null {%- endif %}
                {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    words_to_show as (
        select
            item,
            reading,
            case
                when landed_word is null
                then 'nothing'
                when
                    length(landed_word) > 30
                    or {{ matches("landed_word", "[@<>:;,]|[0-9].*[0-9].*[0-9]| .* ") }}
                then 'what is more than a word'
                else '"' || lower(landed_word) || '"'
            end as word,
            row_count
        from unknown_words
    ),

    counted_words as (
        select item, reading, word, sum(row_count) as row_count
        from words_to_show
        group by item, reading, word
    ),

    ranked_words as (
        select
            *, row_number() over (partition by item order by row_count desc, word asc) as word_rank
        from counted_words
    ),

    commonest_words as (
        select
            item,
            reading,
            case when word_rank <= {{ shown_words }} then word else 'other words' end as word,
            row_count
        from ranked_words
    ),

    final as (
        select item, word, reading, cast(sum(row_count) as bigint) as row_count
        from commonest_words
        group by item, word, reading
    )

select *
from final
