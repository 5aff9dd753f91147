-- Companies: size, industry, seat, owner and contract.
create view landing.accounts as
with companies as (
    select
        *, count(*) over () as companies,
        -- from a handful of people to some thousands
        cast(round(exp(1.2 + 6.8 * power(chance('employees', person_no), 1.6))) as int)
            as employees,
        dirt_by_stride(['superseded'], kind_no + 90, 101) as dirt,
    from people
    where kind = 'company'
),

copied as (
    select *, unnest(copies(dirt, ['superseded'])) as copy_no
    from companies
),

final as (
    select
        account_id, created_at,
        case
            when dirt = 'superseded' and copy_no = 0 then created_at + interval '9 days'
            else created_at
        end as updated_at,
        case
            -- fifty companies have one chain of two owners and one circle
            when kind_no % 50 in (20, 21, 31) then printf('A%05d', kind_no - 1)
            when kind_no % 50 = 30 and kind_no < companies then printf('A%05d', kind_no + 1)
            when kind_no % 50 = 19 then null
            -- a company with a fate has no owner
            when fate is not null then null
            -- other owners have a smaller number, so that no company owns itself
            when kind_no > 1 and chance('owner', person_no) < 0.15
                then printf('A%05d', 1 + cast(floor(
                    chance('which owner', person_no) * (kind_no - 1)
                ) as bigint))
        end as parent_account_id,
        case when chance('no head count', person_no) >= 0.1 then employees end as employees,
        case
            when chance('no turnover', person_no) >= 0.2
                then money(
                    employees * 140000 * price_factor * exp(0.5 * bell('turnover', person_no))
                )
        end as annual_turnover,
        case
            when chance('no balance', person_no) >= 0.4
                then money(employees * 90000 * price_factor * exp(0.5 * bell('balance', person_no)))
        end as balance_sheet_total,
        currency,
        case country when 'US' then 'NAICS' when 'GB' then 'SIC' else 'NACE' end
            as industry_system,
        case country
            when 'US' then pick(
                ['445110', '541511', '722511', '236115', '621111', '311811', '484110'],
                chance('industry', person_no)
            )
            when 'GB' then pick(
                ['47110', '62012', '56101', '41202', '86210', '10710', '49410'],
                chance('industry', person_no)
            )
            else pick(
                ['47.11', '62.01', '56.10', '41.20', '86.21', '10.71', '49.41', '25.62', '01.13'],
                chance('industry', person_no)
            )
        end as industry_code,
        postcode,
        case when dirt = 'superseded' and copy_no = 1 then 'Vienna' else city end as city,
        region, country, chance('contract', person_no) < 0.25 as has_contract,
        kind_no = 40 as is_test, kind_no * 2 + copy_no as sort_key,
    from copied
)

select * from final;
