-- Contacts of the CRM. Each group of columns is missing for a share of the contacts.
create view landing.customers as
with contacts as (
    select
        *,
        dirt_by_stride(
            [
                'bad email', 'padded email', 'phone with zeros', 'phone with slashes',
                'born 1900', 'born 1970', 'born in the future', 'broken number',
                'country in words', 'country in other words', 'missing key', 'duplicate',
                'superseded', 'test record',
            ],
            kind_no + 600, 811
        ) as dirt,
        chance('education', person_no) as education_draw,
        chance('updated', person_no) as update_draw,
        exp(0.55 * wealth) * (0.75 + 0.25 * least(age, 50) / 42) as income_level,
        chance('tells home', person_no) < 0.6 as tells_home,
    from people
    where kind = 'contact'
),

learned as (
    select
        *,
        -- ISCED 0-8: rises with wealth, limited by age
        cast(least(
            floor(9 * least(0.999, greatest(0, power(education_draw, 0.7) + 0.08 * wealth))),
            case when age < 16 then 2 when age < 18 then 3 when age < 22 then 5 else 8 end
        ) as int) as education_level,
        cast(round(median_income * income_level, -2) as decimal(18, 2)) as annual_income,
    from contacts
),

copied as (
    select
        *,
        unnest(case
            -- the same person entered twice
            when dirt is null and chance('second record', person_no) < 0.01 then [0, 2]
            else copies(dirt, ['missing key', 'duplicate', 'superseded'])
        end) as copy_no,
    from learned
),

final as (
    select
        case
            when dirt = 'missing key' and copy_no = 1 then null
            when copy_no = 2 then contact_id || 'B'
            else contact_id
        end as contact_id,
        created_at,
        case
            when dirt = 'superseded' and copy_no = 1 then created_at
            when dirt = 'superseded' or update_draw < 0.3
                then created_at + seconds(
                    date_diff('second', created_at, period_end()) * (0.05 + 3 * update_draw)
                )
            else created_at
        end as updated_at,
        case
            when dirt = 'bad email' then 'not-an-address.example.com'
            when dirt = 'padded email' then '  ' || upper(email) || ' '
            when chance('no email', person_no) >= 0.04 then email
        end as email,
        case
            when dirt = 'phone with zeros' then '00' || substr(phone, 2)
            when dirt = 'phone with slashes'
                then substr(phone, 1, 3) || ' (0) ' || substr(phone, 4, 2) || '/'
                    || substr(phone, 6, 3) || '-' || substr(phone, 9)
            when chance('no phone', person_no) >= 0.45 then phone
        end as phone,
        first_name, last_name,
        case
            when dirt = 'born 1900' then date '1900-01-01'
            when dirt = 'born 1970' then date '1970-01-01'
            when dirt = 'born in the future' then date '2031-05-17'
            when chance('no birth date', person_no) >= 0.3 then birth_date
        end as birth_date,
        case when chance('no gender', person_no) >= 0.15 then gender end as gender,
        case when chance('no language', person_no) >= 0.1 then language end as language,
        case when tells_home then marital_status end as marital_status,
        case when tells_home then children end as children_count,
        case
            when tells_home then 1 + children
                    + case when marital_status in ('married', 'partnership') then 1 else 0 end
                    + case when age < 20 then 2 else 0 end
        end as household_size,
        case
            when dirt = 'broken number' then '12,5x'
            when age >= 18 and chance('no income', person_no) >= 0.45
                then cast(annual_income as varchar)
        end as annual_income,
        case when currency <> 'EUR' or kind_no % 2 = 0 then currency end as income_currency,
        case
            when chance('no education', person_no) >= 0.35 then cast(education_level as varchar)
        end as education_level,
        case
            when age >= 18 and chance('no occupation', person_no) >= 0.4
                then pick(
                    case
                        when education_level >= 6 then
                            ['2411', '2512', '2221', '2330', '2149', '1211', '1120', '2611']
                        when education_level >= 3 then
                            ['3112', '3322', '4110', '4311', '5120', '5223', '7231', '0110', '6111']
                        else ['8322', '9112', '9412', '7112', '5223', '6111', '8160']
                    end,
                    chance('occupation', person_no)
                )
        end as occupation_code,
        case
            when not tells_home or age < 18 then null
            when chance('home', person_no) < 0.08 + age / 250 + 0.05 * wealth then 'owned'
            when chance('home', person_no) < 0.35 + 0.05 * wealth + age / 250 then 'mortgaged'
            else 'rented'
        end as home_ownership,
        case
            when chance('no vehicle', person_no) < 0.5 then null
            when age < 18 then pick(['none', 'bicycle'], chance('vehicle', person_no))
            when wealth < -0.5
                then pick(['none', 'bicycle', 'bicycle', 'car'], chance('vehicle', person_no))
            else pick(
                ['car', 'car', 'car', 'car', 'car', 'van', 'motorcycle', 'bicycle', 'none'],
                chance('vehicle', person_no)
            )
        end as vehicle,
        case when chance('no street', person_no) >= 0.2 then address_line end as address_line,
        case when chance('no town', person_no) >= 0.08 then postcode end as postcode,
        case
            when dirt = 'superseded' and copy_no = 1 then 'Graz'
            when chance('no town', person_no) >= 0.08 then city
        end as city,
        case when chance('no town', person_no) >= 0.16 then region end as region,
        case
            when dirt = 'country in words' then spellings[1]
            when dirt = 'country in other words' then spellings[3]
            when chance('no country', person_no) >= 0.05 then country
        end as country,
        case when chance('time zone', person_no) < 0.15 then time_zone end as time_zone,
        printf('A%05d', employer_no) as account_id,
        source_channel, coalesce(dirt = 'test record', false) as is_test,
        kind_no * 4 + copy_no as sort_key,
    from copied
)

select * from final;
