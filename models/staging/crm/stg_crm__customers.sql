select {{ columns_with("customers") }}
from {{ ref("base_crm__customers") }}
where row_status = 'staged'
