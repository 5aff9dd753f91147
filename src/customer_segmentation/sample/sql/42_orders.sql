-- Orders with amounts. An order is sent home unless it is a gift; stores deliver nothing.
create table order_amounts as
select
    order_no, cast(round(sum(quantity * unit_price), 2) as decimal(18, 2)) as gross_amount,
    cast(sum(discount_amount) as decimal(18, 2)) as line_discounts,
from order_items
group by order_no;

create table sales as
with priced as (
    select
        order_heads.*, order_amounts.gross_amount, order_amounts.line_discounts,
        roll(order_heads.more_dice, 2) < case
            when order_heads.seeks_deals then 0.75
            when order_heads.order_of_person = 0 then 0.25
            else 0.08
        end as uses_coupon,
        chance('status', order_heads.order_no) as status_draw,
    from order_heads
    inner join order_amounts on order_heads.order_no = order_amounts.order_no
),

final as (
    select
        *,
        case
            when uses_coupon
                then cast(
                    round((gross_amount - line_discounts) * discount_offered, 2) as decimal(18, 2)
                )
            else 0
        end as discount_amount,
        case
            when status_draw < 0.004 then 'fraud'
            when status_draw < 0.024 then 'cancelled'
            when status_draw < 0.032 then 'pending'
            when status_draw < 0.037 then null
            when ordered_at > period_end() - interval '1 day' then 'placed'
            when ordered_at > period_end() - interval '5 days' then 'paid'
            else 'fulfilled'
        end as status,
        channel = 'online' and chance('no device', order_no) >= 0.25 as has_visitor,
        case when is_gift or chance('elsewhere', order_no) < 0.04 then gift_place_draw end
            as elsewhere_draw,
    from priced
)

select * from final;

create view landing.orders as
with soiled as (
    select
        *,
        dirt_by_share(
            [
                'unknown currency', 'in the future', 'broken date', 'missing key', 'duplicate',
                'superseded', 'country in words', 'padded email', 'test order',
            ],
            'order', order_no, 0.0015
        ) as dirt,
    from sales
),

copied as (
    select *, unnest(copies(dirt, ['missing key', 'duplicate', 'superseded'])) as copy_no,
    from soiled
),

final as (
    select
        case
            when dirt = 'missing key' and copy_no = 1 then null
            else printf('O%d', copied.order_no)
        end as order_id,
        case
            when dirt = 'broken date' then '31/31/2024'
            when dirt = 'in the future'
                then cast(
                    period_end() + seconds(86400 * (3 + 700 * chance('future', order_no)))
                    as varchar
                )
            else cast(ordered_at as varchar)
        end as ordered_at,
        case
            when dirt = 'superseded' and copy_no = 1 then ordered_at
            else within_period(ordered_at + seconds(3600 + 172800 * status_draw))
        end as updated_at,
        case when dirt = 'superseded' and copy_no = 1 then 'pending' else status end as status,
        -- some contacts do not log in; their email address identifies them
        case when chance('logged in', order_no) >= 0.05 then buying_contact_id end as contact_id,
        account_id,
        case
            when dirt = 'padded email' then ' ' || upper(buying_email) || ' '
            when channel = 'store' and kind = 'contact' then null
            when kind <> 'contact' or chance('email given', order_no) < 0.6 then buying_email
            when chance('logged in', order_no) < 0.05 then buying_email
        end as email,
        case when chance('phone given', order_no) < 0.15 then phone end as phone,
        case when has_visitor then visitor_id(device_owner_no, copied.order_no % devices) end
            as visitor_id,
        case when dirt = 'unknown currency' then 'XXX' else copied.currency end as currency,
        gross_amount, discount_amount,
        money((gross_amount - line_discounts - discount_amount) * tax_rate) as tax_amount,
        case
            when channel = 'store' or gross_amount > 60 * price_factor then 0.00
            else money(4.90 * price_factor)
        end as shipping_amount,
        channel,
        case when channel = 'store' then 'S-' || upper(left(strip_accents(copied.city), 3)) end as store_id,
        case
            when kind = 'company'
                then pick(['invoice', 'invoice', 'invoice', 'transfer'], chance('pay', order_no))
            when channel = 'store'
                then pick(['card', 'card', 'card', 'cash', 'cash'], chance('pay', order_no))
            when age > 60
                then pick(['invoice', 'invoice', 'card', 'transfer'], chance('pay', order_no))
            else pick(
                ['card', 'card', 'card', 'wallet', 'wallet', 'wallet', 'invoice', 'instalments'],
                chance('pay', order_no)
            )
        end as payment_method,
        case when uses_coupon then coupon_offered end as coupon_code,
        case
            when kind = 'company' then 'business'
            when chance('purpose', order_no) >= 0.4 then null
            when is_gift then 'gift'
            else 'personal'
        end as purpose,
        is_gift, copied.postcode as billing_postcode, copied.city as billing_city,
        copied.region as billing_region,
        case
            when dirt = 'country in words' then pick(spellings, chance('spelling', order_no))
            else copied.country
        end as billing_country,
        case
            when channel <> 'store' then coalesce(elsewhere.postcode, copied.postcode)
        end as shipping_postcode,
        case when channel <> 'store' then coalesce(elsewhere.city, copied.city) end
            as shipping_city,
        case when channel <> 'store' then coalesce(elsewhere.region, copied.region) end
            as shipping_region,
        case when channel <> 'store' then coalesce(elsewhere.country, copied.country) end
            as shipping_country,
        coalesce(dirt = 'test order', false) as is_test, copied.order_no * 2 + copy_no as sort_key,
    from copied
    left join places as elsewhere on place_slot(copied.elsewhere_draw) = elsewhere.place_slot
)

select * from final;
