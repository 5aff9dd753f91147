{{ config(meta={"dagster": {"ref": {"name": "words"}}}) }}
-- Spellings of one word have the same meaning, a word has letters or digits, the words of channels
-- are those of consent_channels, and the business uses the meanings of the project.
with
    words as (select * from {{ ref("words") }}),

    channel_words as (select * from words where list = 'contact_channel')

select list, {{ folded_word("word") }} as what
from words
group by list, {{ folded_word("word") }}
having {{ folded_word("word") }} = '' or count(distinct coalesce(meaning, '')) > 1
union all
select 'contact_channel', 'no word for the channel ' || consent_channels.channel
from {{ ref("consent_channels") }} as consent_channels
left join channel_words on consent_channels.channel = channel_words.meaning
where channel_words.word is null
union all
select 'contact_channel', 'no channel of consent_channels: ' || channel_words.meaning
from channel_words
left join
    {{ ref("consent_channels") }} as consent_channels
    on channel_words.meaning = consent_channels.channel
where consent_channels.channel is null and channel_words.meaning not in ('all', 'ad')
union all
select own_words.list, own_words.meaning || ' is no meaning of this list'
from {{ ref("own_words") }} as own_words
left join words on own_words.list = words.list and own_words.meaning = words.meaning
where
    own_words.meaning is not null
    and words.word is null
    -- Conversions may be events of the business; campaign words are free.
    and own_words.list not in ('event_type', 'utm_source', 'utm_medium', 'utm_campaign')
