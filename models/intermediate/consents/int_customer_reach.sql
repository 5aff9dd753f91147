-- Consent to marketing on as_of_date, as one word per customer. Calls and text messages are one
-- channel, because both reach the telephone.
with
    consents as (
        select *, consent_state_of_day = 'granted' as is_granted
        from {{ ref("int_customer_consents") }}
        where purpose = 'marketing' and consent_state_of_day is not null
    ),

    reach as (
        select
            customer_id,
            coalesce(bool_or(is_granted) filter (where channel = 'email'), false) as by_email,
            coalesce(
                bool_or(is_granted) filter (where channel in ('phone', 'sms')), false
            ) as by_phone,
            coalesce(bool_or(is_granted) filter (where channel <> 'all'), false) as by_any_channel,
            cast(max(recorded_at_of_day) as date) as last_statement_date,
            concat_ws(
                ', '
                {%- for channel in ["email", "phone", "sms", "letter", "push"] %}
                    , max(case when is_granted and channel = '{{ channel }}' then channel end)
                {%- endfor %}
            ) as granted_channels
        from consents
        group by customer_id
    ),

    final as (
        select
            customer_id,
            case
                when by_email and by_phone
                then 'email_and_phone'
                when by_email
                then 'email_only'
                when by_phone
                then 'phone_only'
                when by_any_channel
                then 'other_channels'
                else 'none'
            end as marketing_consent,
            granted_channels,
            last_statement_date
        from reach
    )

select *
from final
