-- The export has no day of a customer's creation.
with
    final as (
        select
            customer_id as contact_id,
            email,
            coalesce(phone, default_address_phone) as phone,
            first_name,
            last_name,
            default_address_address1 as address_line,
            replace(default_address_zip, chr(39), '') as postcode,
            default_address_city as city,
            default_address_province_code as region,
            default_address_country_code as country
        from {{ ref("shopify_csv__raw_customers") }}
    )

select *
from final
