select {{ columns_with("campaign_touches") }}
from {{ ref("base_web__campaign_touches") }}
where row_status = 'staged'
