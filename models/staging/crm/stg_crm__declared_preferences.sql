select {{ columns_with("declared_preferences") }}
from {{ ref("base_crm__declared_preferences") }}
where row_status = 'staged'
