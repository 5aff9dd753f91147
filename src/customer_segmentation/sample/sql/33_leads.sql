-- Leads: people who only asked, earlier leads of contacts, and companies.
create view landing.leads as
with everybody_who_asked as (
    select
        *, kind = 'lead' as is_open,
        case
            when kind = 'lead'
                then period_start() + seconds(
                    date_diff('second', period_start(), period_end())
                    * sqrt(chance('lead', person_no))
                )
            else created_at - seconds(86400 * (0.2 + 20 * chance('lead', person_no)))
        end as asked_at,
        chance('lead status', person_no) as status_draw,
    from people
    where
        kind = 'lead'
        or (kind = 'contact' and chance('was a lead', person_no) < 0.06)
        or (kind = 'company' and chance('was a lead', person_no) < 0.2)
),

soiled as (
    select
        *,
        case
            when is_open then dirt_by_stride(
                ['broken date', 'duplicate', 'country in words'], kind_no + 100, 149
            )
        end as dirt,
    from everybody_who_asked
),

copied as (
    select *, unnest(copies(dirt, ['duplicate'])) as copy_no
    from soiled
),

final as (
    select
        printf('L%06d', person_no) as lead_id,
        case when dirt = 'broken date' then '31/31/2024' else cast(asked_at as varchar) end
            as created_at,
        case
            when not is_open then created_at
            when status_draw < 0.5
                then within_period(asked_at + seconds(86400 * (1 + 40 * status_draw)))
            else asked_at
        end as updated_at,
        case
            when kind = 'company' then 'office@company-' || kind_no || '.example'
            else email
        end as email,
        case when chance('lead phone', person_no) < 0.5 then phone end as phone,
        case
            when kind = 'company' then 'Company ' || kind_no
            when employer_no is not null then 'Company ' || employer_no
            when chance('lead company', person_no) < 0.2
                then pick(
                    ['Birch & Sons', 'Sunrise Hotels', 'Northway Trading', 'Clearwater Labs'],
                    chance('which lead company', person_no)
                )
        end as company_name,
        postcode, city, region,
        case when dirt = 'country in words' then spellings[2] else country end as country,
        pick(
            ['website', 'website', 'fair', 'newsletter', 'social', 'referral', 'phone'],
            chance('lead channel', person_no)
        ) as source_channel,
        favourite as interest_category,
        contact_id as converted_contact_id, account_id as converted_account_id,
        case when not is_open then created_at end as converted_at,
        person_no * 2 + copy_no as sort_key,
    from copied
)

select * from final;
