-- Evidence of identity: the identifiers that one kind of record names together. An order or a lead
-- of a company names the company only; the person in it is left out. The record of a merged contact
-- does not say who the person is; the surviving contact does. This is one file, because all kinds
-- of evidence have one grain.
with
    merged_contacts as (select * from {{ ref("int_merged_contacts") }}),

    contacts as (
        select contacts.*, merged_contacts.former_contact_id is not null as is_merged
        from {{ gated("stg_crm__customers") }} as contacts
        left join merged_contacts on contacts.contact_id = merged_contacts.former_contact_id
    ),

    accounts as (select * from {{ gated("stg_crm__accounts") }}),

    leads as (select * from {{ gated("stg_crm__leads") }}),

    orders as (select * from {{ gated("stg_shop__orders") }} where not coalesce(is_test, false)),

    -- Contacts and addresses of a device, and whether the device is a program.
    events as (select * from {{ gated("stg_web__events") }}),

    bot_patterns as (select * from {{ ref("bot_user_agents") }}),

    daily_events as (
        select
            visitor_id,
            contact_id,
            email,
            user_agent,
            cast(occurred_at as date) as event_date,
            count(*) as events
        from events
        where visitor_id is not null or contact_id is not null or email is not null
        group by visitor_id, contact_id, email, user_agent, cast(occurred_at as date)
    ),

    {{ with_bots("daily_events") }},

    visitor_days as (
        select
            daily_events.visitor_id,
            daily_events.event_date,
            sum(daily_events.events) as events,
            count(bots.user_agent) as bot_mentions
        from daily_events
        left join bots on daily_events.user_agent = bots.user_agent
        where daily_events.visitor_id is not null
        group by daily_events.visitor_id, daily_events.event_date
    ),

    bot_visitors as (
        select distinct visitor_id
        from visitor_days
        where bot_mentions > 0 or events > {{ var("visitor_max_events_a_day") }}
    ),

    visitor_events as (
        select
            daily_events.visitor_id,
            daily_events.contact_id,
            daily_events.email,
            min(daily_events.event_date) as first_seen_date,
            bot_visitors.visitor_id is not null as is_bot
        from daily_events
        left join bot_visitors on daily_events.visitor_id = bot_visitors.visitor_id
        group by
            daily_events.visitor_id,
            daily_events.contact_id,
            daily_events.email,
            bot_visitors.visitor_id
    ),

    records as (
        select
            'contact record' as evidence,
            contact_id,
            cast(null as string) as account_id,
            cast(null as string) as lead_id,
            email,
            phone,
            cast(null as string) as visitor_id,
            cast(created_at as date) as first_seen_date,
            coalesce(is_test, false) as is_test,
            coalesce(is_deleted, false) and not is_merged as is_deleted,
            false as is_bot,
            -- Compared, never published. Names in non-Latin letters count as unknown.
            case
                when is_merged
                then null
                when {{ place_key("first_name") }} <> '' and {{ place_key("last_name") }} <> ''
                then
                    {{
                        keyed_hash(
                            place_key("first_name") ~ " || ' ' || " ~ place_key("last_name")
                        )
                    }}
            end as name_hash,
            case when not is_merged then birth_date end as birth_date
        from contacts
        union all
        select
            'contact merge',
            former_contact_id,
            null,
            null,
            null,
            null,
            null,
            merged_on,
            false,
            false,
            false,
            null,
            null
        from merged_contacts
        union all
        select
            'company record',
            null,
            account_id,
            null,
            null,
            null,
            null,
            cast(created_at as date),
            coalesce(is_test, false),
            coalesce(is_deleted, false),
            false,
            null,
            null
        from accounts
        union all
        select
            'lead',
            converted_contact_id,
            case when converted_contact_id is null then converted_account_id end,
            lead_id,
            email,
            phone,
            null,
            cast(created_at as date),
            false,
            false,
            false,
            null,
            null
        from leads
        union all
        select
            'lead conversion',
            converted_contact_id,
            case when converted_contact_id is null then converted_account_id end,
            lead_id,
            null,
            null,
            null,
            cast(coalesce(converted_at, created_at) as date),
            false,
            false,
            false,
            null,
            null
        from leads
        where coalesce(converted_contact_id, converted_account_id) is not null
        union all
        select
            'order',
            case when account_id is null then contact_id end,
            account_id,
            null,
            email,
            phone,
            visitor_id,
            cast(min(ordered_at) as date),
            false,
            false,
            false,
            null,
            null
        from orders
        group by
            case when account_id is null then contact_id end, account_id, email, phone, visitor_id
        union all
        select
            'event',
            contact_id,
            null,
            null,
            email,
            null,
            visitor_id,
            first_seen_date,
            false,
            false,
            is_bot,
            null,
            null
        from visitor_events
    ),

    final as (
        select
            records.*,
            coalesce(merged_contacts.contact_id, records.contact_id) as surviving_contact_id,
            case
                when records.account_id is not null
                then 'account'
                when records.lead_id is not null
                then 'lead'
                when records.contact_id is not null
                then 'contact'
                when records.email is not null
                then 'email'
                when records.phone is not null
                then 'phone'
                when records.visitor_id is not null
                then 'visitor'
            end as hub_type,
            coalesce(
                records.account_id,
                records.lead_id,
                records.contact_id,
                records.email,
                records.phone,
                records.visitor_id
            ) as hub
        from records
        left join merged_contacts on records.contact_id = merged_contacts.former_contact_id
    )

select *
from final
