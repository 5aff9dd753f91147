-- GA4 has no key of an event. Contents number the events of a device, so that the order of rows
-- does not matter; the same event exported twice has the same contents and is left out later.
with
    events as (
        select
            user_pseudo_id,
            user_id,
            cast(event_timestamp as string) as microseconds,
            {{ exported_time("cast(event_timestamp as string)") }} as occurred_at,
            event_name,
            {{ ga4_parameter("ga_session_id") }} as session_number,
            {{ ga4_parameter("page_location") }} as page_url,
            {{ ga4_parameter("page_referrer") }} as referrer_url,
            {{ ga4_parameter("currency") }} as currency,
            collected_traffic_source.manual_source as utm_source,
            collected_traffic_source.manual_medium as utm_medium,
            collected_traffic_source.manual_campaign_name as utm_campaign,
            device.category as device_type,
            nullif(ecommerce.transaction_id, '(not set)') as order_id,
            cast(ecommerce.purchase_revenue as decimal(18, 2)) as revenue,
            cast(ecommerce.tax_value as decimal(18, 2)) as tax_amount,
            cast(ecommerce.shipping_value as decimal(18, 2)) as shipping_amount,
            cast(ecommerce.refund_value as decimal(18, 2)) as refund_amount,
            items,
            case
                when event_name in ('view_item', 'add_to_cart', 'remove_from_cart')
                then 'item event'
                when event_name in ('user_engagement', 'scroll')
                then 'page_ping'
                when event_name = 'generate_lead'
                then 'form_submit'
                when
                    event_name in (
                        'page_view',
                        'screen_view',
                        'view_search_results',
                        'search',
                        'begin_checkout',
                        'add_shipping_info',
                        'add_payment_info',
                        'purchase',
                        'login'
                    )
                then event_name
            end as kind
        from {{ ref("ga4__raw_events") }}
    ),

    keyed_events as (
        select
            *,
            md5(
                concat_ws(
                    '|',
                    user_pseudo_id,
                    user_id,
                    microseconds,
                    event_name,
                    session_number,
                    page_url,
                    order_id,
                    cast(items as string)
                )
            ) as hit_id
        from events
    ),

    final as (
        select *, row_number() over (partition by hit_id order by microseconds) as arrival
        from keyed_events
    )

select *
from final
