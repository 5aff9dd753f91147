select {{ columns_with("consents") }}
from {{ ref("base_crm__consents") }}
where row_status = 'staged'
