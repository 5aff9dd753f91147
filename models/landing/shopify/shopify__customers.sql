with
    final as (
        select
            id as contact_id,
            {{ exported_time("created_at") }} as created_at,
            {{ exported_time("updated_at") }} as updated_at,
            email,
            coalesce(phone, default_address_phone) as phone,
            first_name,
            last_name,
            default_address_address1 as address_line,
            default_address_zip as postcode,
            default_address_city as city,
            default_address_province as region,
            default_address_country as country
        from {{ ref("shopify__raw_customers") }}
    )

select *
from final
