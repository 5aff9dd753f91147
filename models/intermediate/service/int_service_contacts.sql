-- Customer of a service contact: the company if the contact names one, else the CRM contact,
-- e-mail address or telephone number. If it names nobody, the customer is the buyer of its order.
with
    service_contacts as (select * from {{ gated("stg_service__service_contacts") }}),

    identifiers as (select * from {{ ref("int_customer_identifiers") }}),

    {{ with_customer("service_contacts", ["account", "contact", "email", "phone"]) }},

    final as (
        select
            rows_with_customer.service_contact_id,
            case
                when rows_with_customer.named is not null
                then rows_with_customer.customer_id
                else orders.customer_id
            end as customer_id,
            cast(rows_with_customer.opened_at as date) as opened_date,
            rows_with_customer.opened_at,
            rows_with_customer.channel,
            -- A contact without a direction counts as begun by the customer.
            coalesce(rows_with_customer.direction, 'inbound') <> 'outbound' as is_inbound,
            rows_with_customer.reason,
            rows_with_customer.is_resolved,
            rows_with_customer.satisfaction_score
        from rows_with_customer
        left join {{ ref("int_orders") }} as orders on rows_with_customer.order_id = orders.order_id
    )

select *
from final
