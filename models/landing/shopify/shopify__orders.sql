with
    final as (
        select
            id as order_id,
            {{ exported_time("coalesce(processed_at, created_at)") }} as ordered_at,
            {{ exported_time("updated_at") }} as updated_at,
            case when cancelled_at is not null then 'cancelled' else financial_status end as status,
            customer_id as contact_id,
            email,
            coalesce(phone, billing_address_phone) as phone,
            currency,
            cast(
                round(total_line_items_price_money * price_share, 2) as decimal(18, 2)
            ) as gross_amount,
            cast(
                round(
                    greatest(total_discounts_money - line_discounts, 0) * price_share, 2
                ) as decimal(18, 2)
            ) as discount_amount,
            total_tax_money as tax_amount,
            shipping_money as shipping_amount,
            -- Other sources are apps, whose names are theirs.
            case
                source_name
                when 'web'
                then 'online'
                when 'pos'
                then 'store'
                when 'shopify_draft_order'
                then 'phone'
            end as channel,
            location_id as store_id,
            {% for address in ["billing", "shipping"] %}
                {{ address }}_address_zip as {{ address }}_postcode,
                {{ address }}_address_city as {{ address }}_city,
                {{ address }}_address_province as {{ address }}_region,
                {{ address }}_address_country as {{ address }}_country,
            {% endfor %}
            test as is_test
        from {{ ref("shopify__totals") }}
        where not is_deleted
    )

select *
from final
