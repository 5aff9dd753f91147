-- Address or number of a customer by channel, with language and name of the CRM contact. The
-- address of the CRM contact comes first, then the address of the latest lead, then any other
-- address of the customer. A shared address is not used, because others read it. An address that
-- fails the format check of its channel is not used.
--
-- A hard bounce removes the address until a later touch shows that something arrived. A bounce of
-- an e-mail concerns the address that it names, any other bounce each address of the channel, a
-- bounce without a channel each address of the customer. This is one file, because all rules
-- decide about the same row.
with
    customers as (select * from {{ ref("int_customers") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    contacts as (select * from {{ gated("stg_crm__customers") }}),

    campaign_touches as (select * from {{ gated("stg_web__campaign_touches") }}),

    usable_identifiers as (
        select *
        from identifiers
        where
            (identifier_type = 'email' and {{ is_sendable_email("identifier") }})
            or (identifier_type = 'phone' and {{ is_sendable_phone("identifier") }})
    ),

    ranked_identifiers as (
        select
            usable_identifiers.customer_id,
            usable_identifiers.identifier_type,
            usable_identifiers.identifier,
            row_number() over (
                partition by usable_identifiers.customer_id, usable_identifiers.identifier_type
                order by
                    case
                        when usable_identifiers.identifier in (contacts.email, contacts.phone)
                        then 1
                        when usable_identifiers.identifier in (leads.email, leads.phone)
                        then 2
                        else 3
                    end asc,
                    usable_identifiers.identifier asc
            ) as trust_rank
        from usable_identifiers
        inner join customers on usable_identifiers.customer_id = customers.customer_id
        left join contacts on customers.contact_id = contacts.contact_id
        left join {{ gated("stg_crm__leads") }} as leads on customers.lead_id = leads.lead_id
    ),

    letters as (
        select
            customers.customer_id,
            {{
                on_one_line(
                    "concat_ws(', ', "
                    "nullif(concat_ws(' ', contacts.first_name, contacts.last_name), ''), "
                    "contacts.address_line, concat_ws(' ', contacts.postcode, contacts.city), "
                    "contacts.country)"
                )
            }} as address
        from customers
        inner join contacts on customers.contact_id = contacts.contact_id
        where contacts.address_line is not null and contacts.city is not null
    ),

    contact_points as (
        {%- for channel, kind in [("email", "email"), ("phone", "phone"), ("sms", "phone")] %}
            select customer_id, '{{ channel }}' as channel, identifier as address
            from ranked_identifiers
            where identifier_type = '{{ kind }}' and trust_rank = 1
            union all
        {%- endfor %}
        select customer_id, 'letter', address
        from letters
        where {{ is_sendable_letter("address") }}
    ),

    arrived_touches as (
        select *
        from campaign_touches
        where touch_type in ('delivered', 'opened', 'clicked', 'redeemed')
    ),

    {{ with_customer("arrived_touches") }},

    arrivals as (
        select customer_id, channel, max(touched_at) as arrived_at
        from rows_with_customer
        group by customer_id, channel
    ),

    hard_bounces as (
        {%- for type, key in {"contact": "contact_id", "email": "email"}.items() %}
            select
                identifiers.customer_id,
                campaign_touches.channel,
                case
                    when campaign_touches.channel = 'email' then campaign_touches.email
                end as address,
                campaign_touches.touched_at
            from campaign_touches
            inner join identifiers on campaign_touches.{{ key }} = identifiers.identifier
            where
                campaign_touches.touch_type = 'bounced_hard'
                and identifiers.identifier_type = '{{ type }}'
                {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    bounced_contact_points as (
        select distinct contact_points.customer_id, contact_points.channel
        from contact_points
        inner join
            hard_bounces
            on contact_points.customer_id = hard_bounces.customer_id
            and contact_points.channel = coalesce(hard_bounces.channel, contact_points.channel)
            and contact_points.address = coalesce(hard_bounces.address, contact_points.address)
        left join
            arrivals
            on hard_bounces.customer_id = arrivals.customer_id
            and hard_bounces.channel = arrivals.channel
            and hard_bounces.touched_at < arrivals.arrived_at
        where arrivals.customer_id is null
    ),

    final as (
        select
            contact_points.customer_id,
            contact_points.channel,
            contact_points.address,
            contacts.language,
            nullif(
                {{ on_one_line("concat_ws(' ', contacts.first_name, contacts.last_name)") }}, ''
            ) as name
        from contact_points
        inner join customers on contact_points.customer_id = customers.customer_id
        left join contacts on customers.contact_id = contacts.contact_id
        left join
            bounced_contact_points
            on contact_points.customer_id = bounced_contact_points.customer_id
            and contact_points.channel = bounced_contact_points.channel
        where bounced_contact_points.customer_id is null
    )

select *
from final
