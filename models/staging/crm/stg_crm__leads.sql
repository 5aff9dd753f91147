select {{ columns_with("leads") }} from {{ ref("base_crm__leads") }} where row_status = 'staged'
