select {{ columns_with("events") }} from {{ ref("base_web__events") }} where row_status = 'staged'
