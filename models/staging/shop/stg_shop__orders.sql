select {{ columns_with("orders") }} from {{ ref("base_shop__orders") }} where row_status = 'staged'
