-- A statement that is not clearly a grant is a withdrawal. A grant without a time, a known purpose
-- or a known channel is void; an empty channel means all channels. A withdrawal always counts,
-- whatever its time. If its purpose or channel is unknown, it covers all of them.
with
    -- A channel that only advertises is unknown here.
    read_rows as (
        select
            landed.*,
            consent_channels.channel as known_channel,
            {{ plausible_time("landed.recorded_at") }} as known_time,
            case
                when coalesce(landed.status, 'withdrawn') = 'withdrawn'
                then 'withdrawn'
                when
                    {{ plausible_time("landed.recorded_at") }} is null
                    or landed.type_error is not null
                    or landed.purpose is null
                    or (
                        landed.channel_word is not null
                        and consent_channels.channel is null
                        and landed.channel is distinct from 'all'
                    )
                then 'void'
                else 'granted'
            end as statement_kind
        from {{ with_meanings("consents") }} as landed
        left join
            {{ ref("consent_channels") }} as consent_channels
            on landed.channel = consent_channels.channel
    ),

    normalised_rows as (
        select
            {{
                columns_with(
                    "consents",
                    {
                        "recorded_at": "read_rows.known_time",
                        "email": normalised_email("read_rows.email"),
                        "channel": "read_rows.known_channel",
                        "status": "read_rows.statement_kind",
                        "legal_basis": "lower(read_rows.legal_basis)",
                    },
                    relation="read_rows",
                )
            }},
            -- Unreadable values are judged in read_rows.
            case when read_rows.type_error = 'erased' then 'erased' end as type_error,
            read_rows.unread_shape,
            as_of.as_of_date
        from read_rows
        cross join {{ ref("as_of") }} as as_of
    ),

    -- A withdrawal is never a version of another row: each one with different content counts.
    rows_with_statement as (
        select
            *,
            {{
                statement_of_withdrawal(
                    "status = 'withdrawn'",
                    ["recorded_at", "contact_id", "email", "purpose", "channel"],
                )
            }} as statement
        from normalised_rows
    ),

    checked_rows as (
        select
            {{
                columns_with(
                    "consents",
                    {"consent_id": "coalesce(consent_id, 'made of ' || md5(statement))"},
                )
            }},
            statement,
            type_error,
            unread_shape,
            as_of_date,
            {{
                first_broken_rule(
                    {
                        "it names nobody": "contact_id is null and email is null",
                        "consent_id is missing": "consent_id is null and statement is null",
                    }
                )
            }} as quarantine_reason
        from rows_with_statement
    ),

    {{
        with_exclusion(
            "consents",
            "checked_rows",
            key="consent_id, statement",
            known_at="case when status <> 'withdrawn' then recorded_at end",
            version="recorded_at",
            always_counts="statement is not null",
        )
    }}

select *
from classified_rows
