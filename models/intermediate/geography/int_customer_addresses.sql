-- The most trusted address that names a country: shipping, then billing, then CRM, then lead,
-- then where the last IP address lies; the latest of its kind. Only purchases count, not what was
-- cancelled or a test.
with
    orders as (select * from {{ ref("int_orders") }} where is_purchase and customer_id is not null),

    contacts as (select * from {{ ref("int_customer_contacts") }}),

    accounts as (select * from {{ ref("int_customer_accounts") }}),

    leads as (select * from {{ ref("int_leads") }}),

    last_seen_places as (select * from {{ ref("int_customer_last_seen_places") }}),

    addresses as (
        select
            customer_id,
            1 as trust_rank,
            'shipping' as location_source,
            ordered_at as seen_at,
            order_id as source_key,
            shipping_country as country_code,
            shipping_region as region,
            shipping_city as city,
            shipping_postcode as postcode
        from orders
        -- A gift goes to somebody else.
        where not is_gift
        union all
        select
            customer_id,
            2,
            'billing',
            ordered_at,
            order_id,
            billing_country,
            billing_region,
            billing_city,
            billing_postcode
        from orders
        union all
        select customer_id, 3, 'crm', created_at, contact_id, country, region, city, postcode
        from contacts
        union all
        select customer_id, 3, 'crm', created_at, account_id, country, region, city, postcode
        from accounts
        union all
        select customer_id, 4, 'lead', created_at, lead_id, country, region, city, postcode
        from leads
        union all
        select customer_id, 5, 'ip', last_seen_at, source_key, country_code, region, city, null
        from last_seen_places
    ),

    ranked_addresses as (
        select
            *,
            row_number() over (
                partition by customer_id
                order by trust_rank asc, seen_at desc nulls last, source_key asc
            ) as address_rank
        from addresses
        where country_code is not null
    ),

    final as (
        select customer_id, location_source, country_code, region, city, postcode
        from ranked_addresses
        where address_rank = 1
    )

select *
from final
