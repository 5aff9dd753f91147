-- What a customer allows. The latest statement counts, a withdrawal without a time after
-- all others; of two at the same moment the withdrawal. One without a channel is about
-- every channel, and is also the state of the channel all; one without a purpose is about
-- every purpose.
--
-- Whoever is to be reached withdraws until the moment of the build (consent_state). What a
-- past day is described by is what was known then (consent_state_of_day).
with
    statements as (select * from {{ ref("int_consent_statements") }}),

    consent_channels as (select * from {{ ref("consent_channels") }}),

    purpose_words as (select * from {{ ref("consent_purpose_words") }}),

    as_of as (select * from {{ ref("as_of") }}),

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
            -- Valid to the end of the day that the build describes.
            case
                when statements.status = 'withdrawn' and statements.stated_by = 'campaign'
                then 'unsubscribed'
                when statements.status = 'withdrawn'
                then 'withdrawn'
                when statements.expires_at < {{ next_day("as_of.as_of_date") }}
                then 'expired'
                else 'granted'
            end as consent_state,
            -- Nobody knows of which hour a day without one is: a withdrawal is of its end.
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
                -- The last complete day is the one before the last one seen.
                or as_of.as_of_date
                >= cast({{ dbt.dateadd("day", -1, "as_of.last_seen_date") }} as date),
                true
            ) as is_of_day
        from statements
        inner join channels on statements.channel = channels.stated_channel
        inner join purposes on coalesce(statements.purpose, 'all') = purposes.stated_purpose
        cross join as_of
    ),

    {# A withdrawal has a time or counts after all others; a grant has one. #}
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
            {%- for column in ["consent_state", "legal_basis", "recorded_at", "expires_at"] %}
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
