select {{ columns_with("products") }}
from {{ ref("base_shop__products") }}
where row_status = 'staged'
