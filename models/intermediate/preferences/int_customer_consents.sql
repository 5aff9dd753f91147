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

    stated_channels as (
        select customer_id, purpose, channel
        from statements
        union
        select statements.customer_id, statements.purpose, consent_channels.channel
        from statements
        cross join consent_channels
        where statements.channel = 'all'
    ),

    statements_of_channel as (
        select
            stated_channels.customer_id,
            stated_channels.purpose,
            stated_channels.channel,
            statements.recorded_at,
            statements.status,
            statements.legal_basis,
            statements.expires_at,
            row_number() over (
                partition by
                    stated_channels.customer_id, stated_channels.purpose, stated_channels.channel
                order by
                    statements.recorded_at desc,
                    case when statements.status = 'withdrawn' then 1 else 2 end asc,
                    statements.consent_id asc
            ) as recency_rank
        from stated_channels
        inner join
            statements
            on stated_channels.customer_id = statements.customer_id
            and stated_channels.purpose = statements.purpose
            and statements.channel in (stated_channels.channel, 'all')
    ),

    final as (
        select
            statements_of_channel.customer_id,
            statements_of_channel.purpose,
            statements_of_channel.channel,
            case
                when statements_of_channel.status = 'withdrawn'
                then 'withdrawn'
                -- Valid to the end of the day that the build describes.
                when statements_of_channel.expires_at < {{ next_day("as_of.as_of_date") }}
                then 'expired'
                else 'granted'
            end as consent_state,
            statements_of_channel.legal_basis,
            statements_of_channel.recorded_at,
            statements_of_channel.expires_at
        from statements_of_channel
        cross join as_of
        where statements_of_channel.recency_rank = 1
    )

select *
from final
