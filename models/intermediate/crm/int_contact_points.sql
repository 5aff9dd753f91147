-- Where a customer can be reached. Of several addresses or numbers the one that the CRM has for the
-- contact counts, then the latest lead's, then any that belongs to the customer. One that identity
-- takes for shared belongs to nobody: what is written to it, others read. One that cannot be
-- written to as it stands, or from which the last thing came back for good, is none.
with
    customers as (select * from {{ ref("int_customers") }}),

    identifiers as (
        select *
        from {{ ref("int_customer_identifiers") }}
        where
            (identifier_type = 'email' and {{ is_sendable_email("identifier") }})
            or (identifier_type = 'phone' and {{ is_sendable_phone("identifier") }})
    ),

    contacts as (select * from {{ gated("stg_crm__customers") }}),

    leads as (select * from {{ gated("stg_crm__leads") }}),

    bounces as (select * from {{ ref("int_customer_bounces") }}),

    ranked_identifiers as (
        select
            identifiers.customer_id,
            identifiers.identifier_type,
            identifiers.identifier,
            row_number() over (
                partition by identifiers.customer_id, identifiers.identifier_type
                order by
                    case
                        when identifiers.identifier in (contacts.email, contacts.phone)
                        then 1
                        when identifiers.identifier in (leads.email, leads.phone)
                        then 2
                        else 3
                    end asc,
                    identifiers.identifier asc
            ) as trust_rank
        from identifiers
        inner join customers on identifiers.customer_id = customers.customer_id
        left join contacts on customers.contact_id = contacts.contact_id
        left join leads on customers.lead_id = leads.lead_id
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

    final as (
        select
            contact_points.customer_id,
            contact_points.channel,
            contact_points.address,
            contacts.language
        from contact_points
        inner join customers on contact_points.customer_id = customers.customer_id
        left join contacts on customers.contact_id = contacts.contact_id
        left join
            bounces
            on contact_points.customer_id = bounces.customer_id
            and bounces.channel in (contact_points.channel, 'all')
            and bounces.address in (contact_points.address, 'any')
        where bounces.customer_id is null
    )

select *
from final
