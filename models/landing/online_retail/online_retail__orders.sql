-- An order is an invoice with a sale. A guest's order has no contact: it counts for the business,
-- but for no customer. The export names no currency, so that staging takes its amounts (in fact
-- sterling) to be in the reporting currency.
with
    sales as (select * from {{ ref("online_retail__lines") }} where line_kind = 'sale'),

    final as (
        select
            invoice_no as order_id,
            -- The lines of a few invoices span more than a minute.
            min(invoiced_at) as ordered_at,
            max(contact_id) as contact_id,
            max(country) as billing_country
        from sales
        group by invoice_no
    )

select *
from final
