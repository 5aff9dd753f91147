-- A customer is a household. The survey's bands of age and income are left out: they are no birth
-- date and no amount.
with
    first_purchases as (
        select household_id, min(bought_at) as created_at
        from {{ ref("complete_journey__lines") }}
        where household_id is not null
        group by household_id
    ),

    surveyed_households as (
        select
            cast(household_id as string) as household_id,
            -- Unmarried may be single, divorced, widowed or in a partnership.
            case when marital_status = 'Married' then 'married' end as marital_status,
            -- Probable owners and tenants are guesses.
            case
                when home_ownership = 'Homeowner'
                then 'owned'
                when home_ownership = 'Renter'
                then 'rented'
            end as home_ownership,
            -- 5+ and 3+ become their minimum.
            try_cast(replace(cast(household_size as string), '+', '') as int) as household_size,
            try_cast(replace(cast(kids_count as string), '+', '') as int) as children_count
        from {{ ref("complete_journey__raw_demographics") }}
    ),

    final as (
        select
            coalesce(first_purchases.household_id, surveyed_households.household_id) as contact_id,
            first_purchases.created_at,
            surveyed_households.marital_status,
            surveyed_households.children_count,
            surveyed_households.household_size,
            surveyed_households.home_ownership
        from first_purchases
        full join
            surveyed_households on first_purchases.household_id = surveyed_households.household_id
    )

select *
from final
