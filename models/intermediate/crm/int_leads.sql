-- Customer of a lead. A customer may have several leads; int_customers names the latest.
with
    identifiers as (
        select * from {{ ref("int_customer_identifiers") }} where identifier_type = 'lead'
    ),

    final as (
        select
            identifiers.customer_id,
            leads.lead_id,
            leads.created_at,
            leads.country,
            leads.region,
            leads.city,
            leads.postcode,
            leads.source_channel,
            leads.interest_category
        from identifiers
        inner join {{ gated("stg_crm__leads") }} as leads on identifiers.identifier = leads.lead_id
    )

select *
from final
