-- Service contacts, mostly some days after an order. Older people call, write and visit; younger
-- people chat.
create table service_requests as
with asked as (
    select
        *, digest('service', order_no) as dice, digest('service again', order_no) as more_dice,
        unnest(range(cast(floor(
            0.13 + case when returns_often then 0.5 else 0 end
            + case when kind = 'company' then 0.1 else 0 end + roll(dice, 0)
        ) as bigint) + case when roll(dice, 0) > 0.97 then 2 else 0 end)) as request_no,
    from sales
)

select
    *,
    ordered_at
    + seconds(86400 * (0.1 + 14 * roll(dice, 1)) + 7 * 86400 * request_no) as opened_at,
from asked;

create view landing.service_contacts as
with opened as (
    select
        *, order_no * 10 + request_no as service_no,
        opened_at + seconds(600 + 86400 * 3 * power(roll(dice, 2), 3)) as answered_at,
        chance('service channel', person_no * 10 + request_no) as channel_draw,
        dirt_by_share(
            ['score out of range', 'missing key', 'duplicate', 'superseded'],
            'service', order_no * 10 + request_no, 0.004
        ) as dirt,
    from service_requests
    where opened_at <= period_end()
),

copied as (
    select *, unnest(copies(dirt, ['missing key', 'duplicate', 'superseded'])) as copy_no,
    from opened
),

final as (
    select
        case
            when copy_no = 1 and dirt = 'missing key' then null
            else printf('Q%d', service_no)
        end as service_contact_id,
        opened_at,
        case
            when copy_no = 1 and dirt = 'superseded' then opened_at
            else within_period(answered_at)
        end as updated_at,
        case
            when age > 60 then pick(
                ['phone', 'phone', 'phone', 'in_person', 'letter', 'email'], channel_draw
            )
            when age > 35
                then pick(['email', 'email', 'phone', 'phone', 'chat', 'in_person'], channel_draw)
            else pick(['chat', 'chat', 'chat', 'email', 'social', 'social'], channel_draw)
        end as channel,
        case when roll(dice, 3) < 0.92 then 'inbound' else 'outbound' end as direction,
        buying_contact_id as contact_id, account_id,
        case when buying_contact_id is null then buying_email end as email,
        null as phone,
        case when roll(more_dice, 0) < 0.8 then printf('O%d', order_no) end as order_id,
        null as product_id,
        -- some reasons are not in the contract, some are missing
        case
            when chance('reason', service_no) < 0.06 then 'warranty'
            when chance('reason', service_no) >= 0.12
                then pick(
                    [
                        'delivery', 'delivery', 'return', 'complaint', 'question', 'technical',
                        'billing',
                    ],
                    roll(more_dice, 1)
                )
        end as reason,
        case when answered_at <= period_end() then roll(more_dice, 2) < 0.88 end as is_resolved,
        case
            when dirt = 'score out of range' then 9
            when roll(more_dice, 3) < 0.6
                then cast(least(5, 1 + floor(
                    5.5 * sqrt(chance('satisfaction', service_no))
                )) as int)
        end as satisfaction_score,
        service_no * 2 + copy_no as sort_key,
    from copied
)

select * from final;
