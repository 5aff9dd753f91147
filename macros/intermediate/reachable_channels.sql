{#- Columns of a query that groups rows of int_customer_contactability with their contact_reasons: the
    `channels` that pass, and the `failed_check` if none does. The channel that passes the most
    checks has it. -#}
{%- macro reachable_channels() -%}
    {{ sorted_list("case when contactability.is_reachable then contactability.channel end") }}
    as channels,
    case
        when not bool_or(contactability.is_reachable) then max(contact_reasons.check_order)
    end as failed_check
{%- endmacro -%}
