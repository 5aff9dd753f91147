select {{ columns_with("accounts") }}
from {{ ref("base_crm__accounts") }}
where row_status = 'staged'
