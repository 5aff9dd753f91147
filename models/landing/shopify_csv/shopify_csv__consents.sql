-- The export has states without a day: a no counts, a yes without a day does not.
with
    states as (
        select
            customer_id,
            email,
            'email' as channel,
            lower(coalesce(accepts_email_marketing, accepts_marketing)) as answer
        from {{ ref("shopify_csv__raw_customers") }}
        union all
        select customer_id, email, 'sms', lower(accepts_sms_marketing)
        from {{ ref("shopify_csv__raw_customers") }}
    ),

    final as (
        select
            customer_id || '-' || channel as consent_id,
            cast(null as string) as recorded_at,
            customer_id as contact_id,
            email,
            'marketing' as purpose,
            channel,
            answer as status
        from states
        where answer is not null
    )

select *
from final
