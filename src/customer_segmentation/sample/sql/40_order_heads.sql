-- Orders: buyer, time, channel and address. Amounts come from the lines.
create table order_heads as
with company_contacts as (
    select
        employer_no, contact_id, email,
        row_number() over (partition by employer_no order by person_no) - 1 as turn,
    from people
    where employer_no is not null
),

company_sizes as (
    select employer_no, count(*) as contacts
    from company_contacts
    group by employer_no
),

numbered as (
    select people.*, company_sizes.contacts, unnest(range(people.orders)) as order_of_person,
    from people
    left join company_sizes
        on case when people.kind = 'company' then people.kind_no end = company_sizes.employer_no
    where people.is_buyer
),

drawn as (
    select
        *, person_no * 1000 + order_of_person as order_no, digest('order', order_no) as dice,
        digest('order again', order_no) as more_dice,
        first_share + (last_share - first_share) * case
            when order_of_person = 0 then 0
            when fate = 'comes back' then 1
            -- regulars order at nearly even intervals
            when is_regular
                then (order_of_person + 0.3 * (chance('when', order_no) - 0.5)) / (orders - 0.3)
            else chance('when', order_no)
        end as demand_share,
    from numbered
),

timed as (
    select
        drawn.*,
        calendar.calendar_day + seconds(daytime(roll(drawn.dice, 0), roll(drawn.dice, 1)))
            as ordered_at,
    from drawn
    inner join calendar on calendar_slot(drawn.demand_share) = calendar.slot_no
),

channelled as (
    select
        *,
        case
            when roll(dice, 2) < 0.03 and kind <> 'company' then 'marketplace'
            when roll(dice, 2) < 0.06 + case when kind = 'company' then 0.3 else 0 end then 'phone'
            when
                country in ('AT', 'DE', 'CH')
                and kind <> 'company'
                and roll(dice, 3) < store_share
                then 'store'
            else 'online'
        end as channel,
        roll(more_dice, 0) < case
            when gives then 0.7 when month(ordered_at) = 12 then 0.12 else 0.03
        end as is_gift,
        chance('gift place', order_no) as gift_place_draw,
        -- customers who try the shop, for the first time or again, buy one piece
        fate in ('newcomer', 'trial') or fate = 'comes back' and order_of_person = 1 as is_try,
    from timed
    where ordered_at <= period_end()
),

final as (
    select
        channelled.*,
        coalesce(channelled.contact_id, company_contacts.contact_id) as buying_contact_id,
        case
            when channelled.kind = 'company'
                then coalesce(
                    company_contacts.email, 'office@company-' || channelled.kind_no || '.example'
                )
            else channelled.email
        end as buying_email,
        case
            when channelled.is_try then 1
            when chance('lines', channelled.order_no) < 0.45 then 1
            else 2 + cast(floor(4 * power(roll(channelled.more_dice, 1), 1.5)) as int)
        end as lines,
        -- campaign of that day
        campaign_days.campaign_id, campaign_days.promotion_id,
        coalesce(campaign_days.coupon_code, 'WELCOME10') as coupon_offered,
        coalesce(campaign_days.discount_rate, 0.10) as discount_offered,
    from channelled
    -- the contacts of a company order in turn
    left join company_contacts on
            case when channelled.kind = 'company' then channelled.kind_no end
            = company_contacts.employer_no
            and channelled.order_of_person % channelled.contacts = company_contacts.turn
    left join campaign_days on cast(channelled.ordered_at as date) = campaign_days.campaign_day
)

select * from final;
