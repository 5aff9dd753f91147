{{ config(meta={"dagster": {"ref": {"name": "consent_status_words"}}}) }}
-- Spellings of one word have the same meaning, a word has letters or digits, and every channel has
-- a word.
with
    {% for seed, meaning in {
        "consent_status_words": "status",
        "consent_channel_words": "channel",
        "consent_purpose_words": "purpose",
        "touch_type_words": "touch_type",
    }.items() %}
        {{ seed }} as (
            select
                '{{ seed }}' as seed,
                {{ folded_word("word") }} as folded_word,
                count(distinct {{ meaning }}) as meanings
            from {{ ref(seed) }}
            group by {{ folded_word("word") }}
        ),
    {% endfor %}

    words as (
        select *
        from consent_status_words
        union all
        select *
        from consent_channel_words
        union all
        select *
        from consent_purpose_words
        union all
        select *
        from touch_type_words
    )

select seed, folded_word as what
from words
where folded_word = '' or meanings > 1
union all
select 'consent_channel_words', 'no word for the channel ' || consent_channels.channel
from {{ ref("consent_channels") }} as consent_channels
left join
    {{ ref("consent_channel_words") }} as spelled on consent_channels.channel = spelled.channel
where spelled.channel is null
union all
select 'consent_channel_words', 'no channel of consent_channels: ' || spelled.channel
from {{ ref("consent_channel_words") }} as spelled
left join
    {{ ref("consent_channels") }} as consent_channels on spelled.channel = consent_channels.channel
where consent_channels.channel is null and spelled.channel not in ('all', 'ad')
