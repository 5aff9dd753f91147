{#- Aggregate over the events of a session: its one contact, else its one address. If a session
    has two contacts, neither is preferred. -#}
{%- macro session_customer() -%}
    case
        when min(contact_customer_id) = max(contact_customer_id)
        then min(contact_customer_id)
        when count(contact_customer_id) = 0 and min(email_customer_id) = max(email_customer_id)
        then min(email_customer_id)
    end
{%- endmacro -%}
