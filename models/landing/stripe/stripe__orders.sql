-- A charge says what was paid, with tax and shipping; charges do not say how much these are.
with
    final as (
        select
            payment_id as order_id,
            created_at as ordered_at,
            case
                when 'fraudulent' in (fraud_details_user_report, fraud_details_stripe_report)
                then 'fraud'
                when not is_paid
                then status
                when lower(captured) in ('false', '0', 'f')
                then 'pending'
                else 'paid'
            end as status,
            contact_id,
            coalesce(receipt_email, billing_detail_email, billing_details_email) as email,
            coalesce(billing_detail_phone, billing_details_phone) as phone,
            currency,
            {{ major_units("amount", "currency") }} as gross_amount,
            payment_method_details_type as payment_method,
            coalesce(
                billing_detail_address_postal_code, billing_details_address_postal_code
            ) as billing_postcode,
            coalesce(billing_detail_address_city, billing_details_address_city) as billing_city,
            coalesce(billing_detail_address_state, billing_details_address_state) as billing_region,
            coalesce(
                billing_detail_address_country, billing_details_address_country
            ) as billing_country,
            shipping_address_postal_code as shipping_postcode,
            shipping_address_city as shipping_city,
            shipping_address_state as shipping_region,
            shipping_address_country as shipping_country,
            lower(livemode) in ('false', '0', 'f') as is_test
        from {{ ref("stripe__charges") }}
        where try_rank = 1
    )

select *
from final
