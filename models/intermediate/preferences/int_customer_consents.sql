-- What a customer allows on as_of_date. The latest statement counts; one without a channel is about
-- every channel, those of the seed consent_channels and those that the customer ever named, and is
-- also the state of the channel all. Of two statements at the same moment the withdrawal counts.
with
    consents as (select * from {{ gated("stg_crm__consents") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    consent_channels as (select * from {{ ref("consent_channels") }}),

    as_of as (select * from {{ ref("as_of") }}),

    {{ with_customer("consents") }},

    statements as (
        select
            customer_id,
            purpose,
            coalesce(channel, 'all') as channel,
            consent_id,
            recorded_at,
            status,
            legal_basis,
            expires_at
        from rows_with_customer
        where customer_id is not null
    ),

    -- What is said about everything is about the channels of the seed, and about others that the
    -- customer named.
    channels_of_everything as (
        select statements.customer_id, statements.purpose, consent_channels.channel
        from statements
        cross join consent_channels
        where statements.channel = 'all'
        union
        select customer_id, purpose, channel
        from statements
        where channel <> 'all'
    ),

    statements_by_channel as (
        select *
        from statements
        union all
        select
            statements.customer_id,
            statements.purpose,
            channels_of_everything.channel,
            statements.consent_id,
            statements.recorded_at,
            statements.status,
            statements.legal_basis,
            statements.expires_at
        from statements
        inner join
            channels_of_everything
            on statements.customer_id = channels_of_everything.customer_id
            and statements.purpose = channels_of_everything.purpose
        where statements.channel = 'all'
    ),

    ranked_statements as (
        select
            *,
            row_number() over (
                partition by customer_id, purpose, channel
                order by
                    recorded_at desc,
                    case when status = 'withdrawn' then 1 else 2 end asc,
                    consent_id asc
            ) as recency_rank
        from statements_by_channel
    ),

    final as (
        select
            ranked_statements.customer_id,
            ranked_statements.purpose,
            ranked_statements.channel,
            case
                when ranked_statements.status = 'withdrawn'
                then 'withdrawn'
                -- Valid to the end of the day that the build describes.
                when ranked_statements.expires_at < {{ next_day("as_of.as_of_date") }}
                then 'expired'
                else 'granted'
            end as consent_state,
            ranked_statements.legal_basis,
            ranked_statements.recorded_at,
            ranked_statements.expires_at
        from ranked_statements
        cross join as_of
        where ranked_statements.recency_rank = 1
    )

select *
from final
