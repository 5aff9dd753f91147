-- Events: the steps of the visits, and bots. One bot has the user agent of a bot; the other only
-- has more events in a session than a person can make.
create view landing.events as
with steps as (
    select
        visits.* exclude (category, plan), plan_steps.*,
        visits.started_at + seconds(visits.stretch * plan_steps.at_second) as occurred_at,
        coalesce(order_items.product_no, assortment.product_no) as product_no,
        coalesce(order_items.category, visits.category) as category,
        coalesce(order_items.quantity, 1) as quantity,
        coalesce(
            order_items.unit_price,
            cast(round(assortment.list_price * visits.price_factor, 2) as decimal(18, 2))
        ) as unit_price,
        case when plan_steps.step_no = 1 then visits.dirt end as step_dirt,
    from visits
    inner join plan_steps on visits.plan = plan_steps.plan
    left join order_items on
            visits.order_no = order_items.order_no
            and plan_steps.product_slot = order_items.line_no
    left join assortment on
            plan_steps.product_slot is not null
            and visits.category = assortment.category
            and assortment.price_rank
            = ((visits.dice >> 10) + 3 * plan_steps.product_slot) % assortment.products_in_category
    where
        -- a purchase shows exactly the lines of its order
        (
            visits.plan not in ('purchase', 'impulse')
            or plan_steps.product_slot is null
            or order_items.line_no is not null
        )
        and (plan_steps.event_type <> 'login' or visits.logs_in)
),

copied as (
    select *, unnest(copies(step_dirt, ['missing key', 'duplicate'])) as copy_no
    from steps
),

human_events as (
    select
        case
            when copy_no = 1 and step_dirt = 'missing key' then null
            else printf('E%d-%d', visit_no, step_no)
        end as event_id,
        case
            when step_dirt = 'in the future' then occurred_at + interval '400 days'
            else occurred_at
        end as occurred_at,
        event_type, visitor_id(device_owner_no, device_no) as visitor_id,
        -- the tracker has set a session id for every other visit
        case when visit_no % 2 = 0 then printf('S%d', visit_no) end as session_id,
        case when logs_in and (step_no >= 2 or plan not in ('account', 'purchase')) then contact_id
        end as contact_id,
        case when event_type in ('form_submit', 'demo_request') then email end as email,
        'https://shop.example/' || case page_type
            when 'home' then ''
            when 'product' then 'p/' || product_id(product_no)
            when 'category' then 'c/' || category
            when 'content' then case when plan = 'demo' then 'demo' else 'guide/' || category end
            else page_type
        end as page_url,
        page_type,
        case
            when step_no > 1 then null
            when arrival = 'search' then 'https://search.example/'
            when arrival = 'social' then 'https://social.example/feed'
            when arrival = 'affiliate' then 'https://deals.example/list'
            when arrival = 'post' then 'https://social.example/post'
            when arrival = 'blog' then 'https://blog.example/review'
        end as referrer_url,
        -- links of other sites have no campaign parameters
        case
            when step_no > 1 or arrival in ('direct', 'store', 'post', 'blog') then null
            when arrival = 'text message' then 'shop'
            else arrival
        end as utm_source,
        case
            when step_no > 1 then null
            when arrival = 'search' then case when dice % 2 = 0 then 'cpc' else 'organic' end
            when arrival = 'newsletter' then 'email'
            when arrival = 'social' then 'paid_social'
            when arrival = 'affiliate' then 'affiliate'
            when arrival = 'banner' then 'display'
            when arrival = 'text message' then 'sms'
            when arrival = 'flyer' then 'print'
        end as utm_medium,
        case
            when step_no > 1 then null
            when arrival in ('newsletter', 'social', 'affiliate', 'banner', 'text message')
                then campaign_days.campaign_id
        end as utm_campaign,
        case when product_slot is not null then product_id(product_no) end as product_id,
        case when product_slot is not null or page_type = 'category' then category end as category,
        case when event_type in ('add_to_cart', 'remove_from_cart') then quantity end as quantity,
        case when product_slot is not null then unit_price end as unit_price,
        case
            when event_type in ('add_to_cart', 'remove_from_cart', 'checkout_step', 'purchase')
                then printf('K%d', visit_no)
        end as cart_id,
        checkout_step,
        case when event_type = 'purchase' then printf('O%d', order_no) end as order_id,
        device_type,
        case device_type
            when 'mobile' then 'Mozilla/5.0 (Android 14) Mobile'
            when 'tablet' then 'Mozilla/5.0 (iPad) Safari'
            else 'Mozilla/5.0 (X11) Firefox/128'
        end as user_agent,
        network || '.' || (device_owner_no % 250) || '.0' as ip_address,
        visit_no * 100000 + step_no * 2 + copy_no as sort_key,
    from copied
    left join campaign_days on cast(copied.started_at as date) = campaign_days.campaign_day
),

bots as (
    select range as bot_no, unnest(['named', 'counted']) as bot_kind,
    from range(greatest(1, cast(floor(getvariable('customers') / 5000) as bigint)))
),

bot_steps as (
    select
        *, unnest(range(1, case bot_kind when 'named' then 31 else 1051 end)) as step_no,
        (cast(getvariable('customers') as bigint) + bot_no) * 100000
        + case bot_kind when 'named' then 0 else 1 end as visit_no,
    from bots
),

bot_events as (
    select
        printf('E%d-%d', visit_no, step_no) as event_id,
        timestamp '2025-06-18 03:00:00' + to_hours(cast(bot_no % 200 as int))
        + seconds(2 * step_no) as occurred_at, 'product_view' as event_type,
        printf('B%d%s', bot_no, left(bot_kind, 1)) as visitor_id, null as session_id,
        null as contact_id, null as email,
        'https://shop.example/p/' || product_id(1 + step_no % 195) as page_url,
        'product' as page_type, null as referrer_url, null as utm_source, null as utm_medium,
        null as utm_campaign, product_id(1 + step_no % 195) as product_id,
        null as category, null as quantity, null as unit_price, null as cart_id,
        null as checkout_step, null as order_id, null as device_type,
        case bot_kind
            when 'named' then 'ExampleBot/2.1 (+https://bot.example)'
            else 'Mozilla/5.0 (X11)'
        end as user_agent,
        null as ip_address, visit_no * 100000 + step_no * 2 as sort_key,
    from bot_steps
),

final as (
    select * from human_events
    union all
    select * from bot_events
)

select * from final;
