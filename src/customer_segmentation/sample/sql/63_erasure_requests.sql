-- Requests to erase: by contact, by address, by telephone number or by device.
create view landing.erasure_requests as
with requests as (
    select *, digest('erasure', person_no) as dice,
    from people
    where kind in ('contact', 'guest', 'anonymous') and chance('erased', person_no) < 0.01
),

final as (
    select
        printf('D%d', person_no) as erasure_request_id,
        period_end() - seconds(86400 * 150 * power(roll(dice, 0), 2)) as requested_at, contact_id,
        case when kind = 'guest' or roll(dice, 1) < 0.3 and kind = 'contact' then email end
            as email,
        case when kind = 'contact' and roll(dice, 2) < 0.2 then phone end as phone,
        case when kind = 'anonymous' then visitor_id(device_owner_no, 0) end as visitor_id,
        person_no as sort_key,
    from requests
)

select * from final;
