-- All people of the data: contacts, guests, leads, companies and anonymous visitors. Landing tables
-- show a part of this truth. Wealth, age and family influence frequency, products and answers a
-- little, so that models can find a relation.
create table prospective_buyers as
with age_bands as (
    select * from (values
        (0.000, 10, 3), (0.006, 13, 3), (0.016, 16, 2), (0.032, 18, 7), (0.150, 25, 10),
        (0.370, 35, 10), (0.580, 45, 10), (0.750, 55, 10), (0.880, 65, 10), (0.960, 75, 17),
        (0.997, 98, 10)
    ) as listed (share_from, years_from, years)
),

numbered as (
    select
        range as person_no,
        case
            when range < round(0.66 * getvariable('customers')) then 'contact'
            when range < round(0.79 * getvariable('customers')) then 'guest'
            when range < round(0.91 * getvariable('customers')) then 'lead'
            when range < round(0.96 * getvariable('customers')) then 'company'
            else 'anonymous'
        end as kind,
        chance('age', range) as age_draw, bell('wealth', range) as wealth,
    from range(cast(getvariable('customers') as bigint))
),

aged as (
    select
        numbered.*,
        row_number() over (partition by numbered.kind order by numbered.person_no) as kind_no,
        age_bands.years_from + age_bands.years * chance('years', numbered.person_no) as age,
    from numbered
    asof join age_bands on numbered.age_draw >= age_bands.share_from
),

placed as (
    select
        aged.*, places.* exclude (place_slot, place_no), countries.* exclude (country),
        chance('gender', aged.person_no) as gender_draw,
        chance('marital', aged.person_no) as marital_draw,
        case
            when aged.age < 24 then 0
            else cast(greatest(0, floor(bell('children', aged.person_no) + 1.1)) as int)
        end as children,
        case
            when aged.age < 18 then 'single'
            when marital_draw < 0.04 + aged.age / 1000 then 'divorced'
            when marital_draw < 0.14 then 'partnership'
            when
                aged.age > 60
                and marital_draw > 1.55 - aged.age / 100
                then 'widowed'
            when marital_draw < (aged.age - 15) / 35.0 then 'married'
            else 'single'
        end as marital_status,
        chance('deals', aged.person_no) < 0.14 - 0.03 * aged.wealth as seeks_deals,
        chance('gifts', aged.person_no) < 0.06 as gives,
        chance('impulse', aged.person_no) < 0.10 as is_impulsive,
        chance('doubt', aged.person_no) < 0.05 as is_undecided,
        chance('rhythm', aged.person_no) < 0.15 as is_regular,
        chance('returns', aged.person_no) < 0.04 as returns_often,
        -- older people buy more in stores; 0 is online only
        greatest(0, least(0.9, 0.15 + (aged.age - 42) / 120 + 0.15 * bell('store', aged.person_no)))
            as store_share,
        categories()[1 + cast(floor(9 * chance('favourite', aged.person_no)) as int)] as favourite,
        categories()[1 + cast(floor(9 * chance('second', aged.person_no)) as int)]
            as second_favourite,
    from aged
    inner join places on place_slot(chance('place', aged.person_no)) = places.place_slot
    inner join countries on places.country = countries.country
),

drawn as (
    select
        *,
        pick(
            ['search', 'search', 'direct', 'direct', 'newsletter', 'social', 'affiliate', 'store'],
            chance('channel', person_no)
        ) as source_channel,
        -- subscribers of the newsletter stay longer than people from advertisements
        case
            when kind = 'company' then 0.35
            else 0.12 * wealth
                + case source_channel
                    when 'newsletter' then 0.2
                    when 'store' then 0.1
                    when 'social' then -0.15
                    when 'affiliate' then -0.15
                    else 0
                end
                + case when age between 35 and 65 then 0.04 else -0.03 end
                + case when children > 0 then 0.03 else -0.01 end
        end as loyalty,
        -- demand before the first order
        case
            when chance('old customer', person_no) < 0.15
                then 0.1 * chance('first order', person_no)
            else chance('first order', person_no)
        end as first_share,
    from placed
),

-- People buy and leave as models of purchases assume: at a rate of their own, until they leave for
-- good. Rates have a gamma law of shape 1; wealthy people buy more often, so rates spread as in
-- CDNOW (shape about 0.5). The rate of leaving has a gamma law of shape 0.6, as in CDNOW, so
-- lifetimes have a Lomax law. Loyal people stay longer.
with_habits as (
    select
        *,
        -- per unit of demand; the two years are one unit
        -ln(1 - chance('rate', person_no))
            * 3 * (getvariable('orders') - 1)
            * case when kind = 'company' then 1.5 else exp(0.7 * wealth) end as repeat_rate,
        0.08 * exp(4 * loyalty) * (power(1 - chance('lifetime', person_no), -1 / 0.6) - 1)
            as lifetime,
    from drawn
),

-- Random fates. A newcomer has the first order in the last month, a trial in the month before. A
-- pausing customer ordered sometimes in spring and not since. A lost regular ordered often and
-- stopped half a year ago. A returning customer had no order for more than a year.
fated as (
    select
        *,
        case
            when kind = 'company'
                then [
                    'newcomer', 'newcomer', 'trial', 'trial', 'pauses', 'pauses',
                    'lost regular', 'lost regular', 'comes back',
                ][1 + cast(floor(chance('fate', person_no) / 0.025) as int)]
            when kind in ('contact', 'guest') and chance('fate', person_no) < 0.02 then 'comes back'
        end as fate,
        chance('fate day', person_no) as fate_draw,
    from with_habits
),

buyers as (
    select
        * exclude (lifetime) replace (
            case fate
                when 'newcomer' then 0.963 + 0.03 * fate_draw
                when 'trial' then 0.913 + 0.03 * fate_draw
                when 'pauses' then 0.84 + 0.02 * fate_draw
                when 'lost regular' then 0.5 + 0.05 * fate_draw
                when 'comes back' then 0.4 * fate_draw
                else first_share
            end as first_share
        ),
        -- share of the demand after the first order
        case fate
            when 'newcomer' then 0
            when 'trial' then 0
            when 'pauses' then 0.3
            when 'lost regular' then 0.5
            when 'comes back'
                then (0.965 + 0.03 * fate_draw - 0.4 * fate_draw) / (1 - 0.4 * fate_draw)
            else least(1, lifetime / (1 - first_share))
        end as stop_share,
        case
            when fate is not null then true
            when kind = 'contact' then chance('buys', person_no) < 0.95
            when kind = 'guest' then true
            when kind = 'company' then chance('buys', person_no) < 0.92
            else false
        end as is_buyer,
    from fated
)

select *, repeat_rate * (1 - first_share) * stop_share as expected_repeats,
from buyers;

-- Repeat orders: random purchases, one after another, until the time is over.
create table repeat_orders as
with recursive purchases as (
    select
        person_no, 0 as repeats,
        expected_repeats + ln(1 - chance('gap', person_no * 1000)) as time_left,
    from prospective_buyers
    where is_buyer and fate is null
    union all
    select
        person_no, repeats + 1, time_left + ln(1 - chance('gap', person_no * 1000 + repeats + 1)),
    from purchases
    where
        time_left > 0
        -- the key of an order has three digits for the number of the order
        and repeats < least(30 * getvariable('orders'), 990) - 1
)

select person_no, cast(max(repeats) as int) as repeats
from purchases
group by person_no;

create table people as
with final as (
    select
        person_no, kind, kind_no,
        case when kind = 'contact' then printf('C%06d', kind_no) end as contact_id,
        -- one contact in eight works for a company in the data
        case
            when
                kind = 'contact'
                and age >= 18
                and chance('employer', person_no) < 0.12
                then 1 + cast(floor(
                    chance('company', person_no)
                    * greatest(1, floor(0.05 * getvariable('customers')))
                ) as bigint)
        end as employer_no,
        case
            when gender_draw < 0.54 then pick(female_names, chance('first name', person_no))
            else pick(male_names, chance('first name', person_no))
        end as first_name,
        pick(family_names, chance('family name', person_no)) as last_name,
        case
            when gender_draw < 0.53 then 'female'
            when gender_draw < 0.98 then 'male'
            else 'diverse'
        end as gender,
        pick(streets, chance('street', person_no))
            || ' ' || (1 + cast(floor(90 * chance('house', person_no)) as int)) as address_line,
        country, city, region, postcode, time_zone, language, currency, price_factor, tax_rate,
        network, median_income, spellings,
        '+' || dial_code || number_prefix || case
            when fictional_digits > 0 and person_no < power(10, fictional_digits)
                then lpad(cast(person_no as varchar), fictional_digits, '0')
            else '0' || printf('%06d', person_no)
        end as phone,
        age, cast(period_end() as date) - cast(floor(age * 365.25) as int) as birth_date, wealth,
        children, marital_status, seeks_deals, gives, is_impulsive, is_undecided, is_regular,
        returns_often, store_share, favourite, second_favourite, source_channel, is_buyer, fate,
        case
            when fate in ('newcomer', 'trial') then 1
            when fate = 'comes back' then 2
            when fate = 'pauses' then 3 + cast(floor(2 * fate_draw) as int)
            when fate = 'lost regular' then 13 + cast(floor(4 * fate_draw) as int)
            when is_buyer then 1 + repeat_orders.repeats
            else 0
        end as orders,
        first_share, first_share + (1 - first_share) * stop_share as last_share,
        1 + cast(floor(2.2 * power(chance('devices', person_no), 2)) as int) as devices,
    from prospective_buyers
    left join repeat_orders using (person_no)
    inner join languages using (language)
)

select
    final.*, calendar.calendar_day as first_day,
    case when final.kind = 'company' then printf('A%05d', final.kind_no) end as account_id,
    -- a few contacts share a device with another contact
    case
        when
            final.kind = 'contact'
            and final.kind_no > 1
            and chance('device', final.person_no) < 0.01
            then final.person_no - 1
        else final.person_no
    end as device_owner_no,
    -- contacts are created before the first order, some long before
    calendar.calendar_day - seconds(
        60 + 86400 * 500 * power(chance('created', final.person_no), 5)
    ) as created_at,
    case
        -- a mailbox of several people
        when final.kind = 'contact' and chance('mailbox', final.person_no) < 0.008
            then 'info@shared-' || cast(floor(final.person_no / 1000) as bigint) || '.example'
        when final.employer_no is not null
            then lower(replace(strip_accents(final.first_name || '.' || final.last_name), ' ', ''))
                || final.person_no || '@company-' || final.employer_no || '.example'
        else lower(replace(strip_accents(final.first_name || '.' || final.last_name), ' ', ''))
            || final.person_no || '@'
            || pick(
                ['example.com', 'example.org', 'example.net'],
                chance('mail domain', final.person_no)
            )
    end as email,
from final
inner join calendar on calendar_slot(final.first_share) = calendar.slot_no;

create macro visitor_id(device_owner_no, device_no) as
    printf('V%d%s', device_owner_no, ['a', 'b', 'c', 'd'][1 + device_no]);
