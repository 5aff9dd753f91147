select {{ columns_with("refunds") }}
from {{ ref("base_shop__refunds") }}
where row_status = 'staged'
