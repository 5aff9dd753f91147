-- State of consent by customer, purpose and channel. The latest statement counts. A withdrawal
-- without a time is later than all others; if two statements have the same time, the withdrawal
-- counts. A statement without a channel concerns every channel and is also the state of the channel
-- `all`; a statement without a purpose concerns every purpose.
--
-- `consent_state` includes withdrawals until the moment of the build: it decides about contacts.
-- `consent_state_of_day` is the state as it was known on as_of_date: it describes that day.
with
    consent_channels as (select * from {{ ref("consent_channels") }}),

    purpose_words as (
        select distinct meaning as purpose
        from {{ ref("known_words") }}
        where list = 'consent_purpose' and meaning is not null
    ),

    channels as (
        select channel as stated_channel, channel
        from consent_channels
        union all
        select 'all', channel
        from consent_channels
        union all
        select 'all', 'all'
    ),

    purposes as (
        select purpose as stated_purpose, purpose
        from purpose_words
        union
        select 'all', purpose
        from purpose_words
    ),

    statements_by_use as (
        select
            statements.customer_id,
            purposes.purpose,
            channels.channel,
            statements.stated_by,
            statements.statement_id,
            statements.status,
            statements.legal_basis,
            statements.recorded_at,
            statements.expires_at,
            -- A grant is valid until the end of as_of_date.
            case
                when statements.status = 'withdrawn' and statements.stated_by = 'campaign'
                then 'unsubscribed'
                when statements.status = 'withdrawn'
                then 'withdrawn'
                when statements.expires_at < {{ next_day("as_of.as_of_date") }}
                then 'expired'
                else 'granted'
            end as consent_state,
            -- A time of midnight is a date without an hour. A withdrawal counts from the end of
            -- the day.
            case
                when
                    statements.status = 'withdrawn'
                    and statements.recorded_at
                    = cast(cast(statements.recorded_at as date) as timestamp)
                then {{ next_day("statements.recorded_at") }}
                else statements.recorded_at
            end as counts_from,
            coalesce(
                statements.recorded_at < {{ next_day("as_of.as_of_date") }}
                -- The last complete day is the day before the last day that landed.
                or as_of.as_of_date
                >= cast({{ dbt.dateadd("day", -1, "as_of.last_seen_date") }} as date),
                true
            ) as is_of_day
        from {{ ref("int_consent_statements") }} as statements
        inner join channels on statements.channel = channels.stated_channel
        inner join purposes on coalesce(statements.purpose, 'all') = purposes.stated_purpose
        cross join {{ ref("as_of") }} as as_of
    ),

    {# Only a withdrawal may lack a time; it is then later than all others. #}
    {%- set latest_first -%}
        case when recorded_at is null then 1 else 2 end asc,
        counts_from desc nulls last,
        case when status = 'withdrawn' then 1 else 2 end asc,
        expires_at asc nulls last,
        stated_by asc,
        statement_id asc
    {%- endset -%}
    ranked_statements as (
        select
            *,
            row_number() over (
                partition by customer_id, purpose, channel order by {{ latest_first }}
            ) as recency_rank,
            row_number() over (
                partition by customer_id, purpose, channel, is_of_day order by {{ latest_first }}
            ) as recency_rank_of_day
        from statements_by_use
    ),

    final as (
        select
            customer_id,
            purpose,
            channel,
            {%- for column in ["consent_state", "legal_basis", "recorded_at"] %}
                max(case when recency_rank = 1 then {{ column }} end) as {{ column }},
            {%- endfor %}
            max(
                case when is_of_day and recency_rank_of_day = 1 then consent_state end
            ) as consent_state_of_day,
            max(
                case when is_of_day and recency_rank_of_day = 1 then recorded_at end
            ) as recorded_at_of_day
        from ranked_statements
        group by customer_id, purpose, channel
    )

select *
from final
