-- Statements about consent, with the customers that they concern. A grant concerns one customer;
-- if its keys name two, it does not count. A withdrawal concerns every customer that one of its
-- keys names, also through another address of the contact, and through the address of a single
-- contact. An unsubscription withdraws marketing and surveys by its channel, a complaint by all
-- channels. An empty purpose means all purposes. This is one file, because statements and campaign
-- touches end in one grain.
with
    consents as (select * from {{ gated("stg_crm__consents") }} where status <> 'void'),

    campaign_touches as (
        select *
        from {{ gated("stg_web__campaign_touches") }}
        where touch_type in ('unsubscribed', 'complained')
    ),

    consent_channels as (select * from {{ ref("consent_channels") }}),

    -- Every version of a contact counts, because a customer may withdraw by a former address or on
    -- the day of the registration. Contacts that were merged are one.
    contact_emails as (
        select contact_id, email, count(*) over (partition by email) as contacts
        from
            (
                select
                    coalesce(merged_contacts.contact_id, contacts.contact_id) as contact_id,
                    contacts.email
                from {{ gated("stg_crm__customers", with_excluded=true) }} as contacts
                left join
                    {{ ref("int_merged_contacts") }} as merged_contacts
                    on contacts.contact_id = merged_contacts.former_contact_id
                where contacts.email is not null and not coalesce(contacts.is_test, false)
            ) as contact_records
        where contact_id is not null
        group by contact_id, email
    ),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    contacts as (select * from identifiers where identifier_type = 'contact'),

    emails as (select * from identifiers where identifier_type = 'email'),

    statements as (
        select
            'consent' as stated_by,
            consent_id as statement_id,
            recorded_at,
            contact_id,
            email,
            purpose,
            coalesce(channel, 'all') as channel,
            status,
            legal_basis,
            expires_at
        from consents
        {% for purpose in ["marketing", "survey"] -%}
            union all
            select
                'campaign',
                campaign_touches.touch_id,
                campaign_touches.touched_at,
                campaign_touches.contact_id,
                campaign_touches.email,
                '{{ purpose }}',
                case
                    when campaign_touches.touch_type = 'unsubscribed'
                    then coalesce(consent_channels.channel, 'all')
                    else 'all'
                end,
                'withdrawn',
                null,
                null
            from campaign_touches
            left join consent_channels on campaign_touches.channel = consent_channels.channel
        {% endfor %}
    ),

    grants_of_customers as (
        select
            statements.*,
            case
                when statements.contact_id is null
                then emails.customer_id
                when coalesce(emails.customer_id, contacts.customer_id) = contacts.customer_id
                then contacts.customer_id
            end as customer_id
        from statements
        left join contacts on statements.contact_id = contacts.identifier
        left join emails on statements.email = emails.identifier
        where statements.status = 'granted'
    ),

    withdrawals as (select * from statements where status = 'withdrawn'),

    withdrawals_of_identifiers as (
        select *, 'contact' as identifier_type, contact_id as identifier
        from withdrawals
        union all
        select *, 'email', email
        from withdrawals
        union all
        select withdrawals.*, 'email', contact_emails.email
        from withdrawals
        inner join contact_emails on withdrawals.contact_id = contact_emails.contact_id
        union all
        select withdrawals.*, 'contact', contact_emails.contact_id
        from withdrawals
        inner join contact_emails on withdrawals.email = contact_emails.email
        where contact_emails.contacts = 1
    ),

    withdrawals_of_customers as (
        select withdrawals_of_identifiers.*, identifiers.customer_id
        from withdrawals_of_identifiers
        inner join
            identifiers
            on withdrawals_of_identifiers.identifier_type = identifiers.identifier_type
            and withdrawals_of_identifiers.identifier = identifiers.identifier
    ),

    final as (
        {%- for statements_of_customers in ["grants_of_customers", "withdrawals_of_customers"] %}
            select distinct
                customer_id,
                stated_by,
                statement_id,
                recorded_at,
                purpose,
                channel,
                status,
                legal_basis,
                expires_at
            from {{ statements_of_customers }}
            where customer_id is not null {{ "union all" if not loop.last }}
        {%- endfor %}
    )

select *
from final
