{#- The CTE rows_with_named_customers, which adds contact_customer_id and email_customer_id to the
    rows of `relation`, for session_customer(). Needs the CTE identifiers. -#}
{%- macro with_named_customers(relation) -%}
    rows_with_named_customers as (
        select
            named_rows.*,
            contacts.customer_id as contact_customer_id,
            addresses.customer_id as email_customer_id
        from {{ relation }} as named_rows
        left join
            identifiers as contacts
            on contacts.identifier_type = 'contact'
            and named_rows.contact_id = contacts.identifier
        left join
            identifiers as addresses
            on addresses.identifier_type = 'email'
            and named_rows.email = addresses.identifier
    )
{%- endmacro -%}
