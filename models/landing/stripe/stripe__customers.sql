with
    final as (
        select
            id as contact_id,
            {{ exported_time("created") }} as created_at,
            email,
            phone,
            -- Stripe has one field for the whole name.
            name as last_name,
            coalesce(address_line_1, address_line1) as address_line,
            address_postal_code as postcode,
            address_city as city,
            address_state as region,
            address_country as country,
            lower(livemode) in ('false', '0', 'f') as is_test,
            {{ is_marked_as_deleted(["is_deleted"]) }} as is_deleted
        from {{ ref("stripe__raw_customers") }}
    )

select *
from final
