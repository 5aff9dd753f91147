select {{ columns_with("service_contacts") }}
from {{ ref("base_service__service_contacts") }}
where row_status = 'staged'
