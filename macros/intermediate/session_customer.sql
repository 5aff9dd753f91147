{#- The customer whom the events of a session name, an aggregate: the one contact in it, else the
    one address given in it. Of two contacts neither is preferred. -#}
{%- macro session_customer() -%}
    case
        when min(contact_customer_id) = max(contact_customer_id)
        then min(contact_customer_id)
        when count(contact_customer_id) = 0 and min(email_customer_id) = max(email_customer_id)
        then min(email_customer_id)
    end
{%- endmacro -%}
