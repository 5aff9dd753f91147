select {{ columns_with("erasure_requests") }}
from {{ ref("base_crm__erasure_requests") }}
where row_status = 'staged'
