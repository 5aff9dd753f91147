select
    sale_no || '-' || position as order_line_id,
    sale_no as order_id,
    article_no as product_id,
    pieces as quantity,
    piece_price as unit_price
from {{ ref("raw_sale_items") }}
