select {{ columns_with("survey_responses") }}
from {{ ref("base_service__survey_responses") }}
where row_status = 'staged'
