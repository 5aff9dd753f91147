select article_no as product_id, title as product_name, shelf as category, piece_price as list_price
from {{ ref("raw_articles") }}
