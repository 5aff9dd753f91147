-- The export names the households of a campaign but not the day: a touch is on the campaign's
-- first day.
with
    descriptions as (select * from {{ ref("complete_journey__raw_campaign_descriptions") }}),

    mailings as (
        select
            concat_ws(
                '-',
                'sent',
                cast(campaigns.campaign_id as string),
                cast(campaigns.household_id as string)
            ) as touch_id,
            try_cast(descriptions.start_date as timestamp) as touched_at,
            cast(campaigns.campaign_id as string) as campaign_id,
            'sent' as touch_type,
            cast(campaigns.household_id as string) as contact_id
        from {{ ref("complete_journey__raw_campaigns") }} as campaigns
        left join descriptions on campaigns.campaign_id = descriptions.campaign_id
    ),

    typed_redemptions as (
        select
            cast(household_id as string) as household_id,
            cast(coupon_upc as string) as coupon_upc,
            cast(campaign_id as string) as campaign_id,
            try_cast(redemption_date as timestamp) as redeemed_at
        from {{ ref("complete_journey__raw_coupon_redemptions") }}
    ),

    -- A coupon may be used twice on a day: a number tells equal rows apart.
    numbered_redemptions as (
        select
            *,
            row_number() over (
                partition by household_id, coupon_upc, campaign_id, redeemed_at
                order by household_id
            ) as redemption_number
        from typed_redemptions
    ),

    final as (
        select touch_id, touched_at, campaign_id, touch_type, contact_id
        from mailings
        union all
        select
            concat_ws(
                '-',
                'redeemed',
                campaign_id,
                household_id,
                coupon_upc,
                cast(cast(redeemed_at as date) as string),
                cast(redemption_number as string)
            ),
            redeemed_at,
            campaign_id,
            'redeemed',
            household_id
        from numbered_redemptions
    )

select *
from final
