select
    sale_no as order_id,
    sold_at as ordered_at,
    client_no as contact_id,
    'paid' as status,
    'EUR' as currency
from {{ ref("raw_sales") }}
