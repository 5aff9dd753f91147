select {{ columns_with("order_lines") }}
from {{ ref("base_shop__order_lines") }}
where row_status = 'staged'
