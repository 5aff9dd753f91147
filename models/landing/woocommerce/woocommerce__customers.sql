with
    final as (
        select
            id as contact_id,
            {{ exported_time("date_created_gmt") }} as created_at,
            {{ exported_time("date_modified_gmt") }} as updated_at,
            email,
            billing_phone as phone,
            first_name,
            last_name,
            billing_address_1 as address_line,
            billing_postcode as postcode,
            billing_city as city,
            billing_state as region,
            billing_country as country
        from {{ ref("woocommerce__raw_customers") }}
    )

select *
from final
