select {{ columns_with("sensitive_attributes") }}
from {{ ref("base_crm__sensitive_attributes") }}
where row_status = 'staged'
