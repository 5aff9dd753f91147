-- Demographics that a person declared in the CRM, with the age and the relative income on
-- as_of_date.
with
    contacts as (select * from {{ ref("int_customer_records") }} where account_id is null),

    as_of as (select * from {{ ref("as_of") }}),

    median_incomes as (select * from {{ ref("reference_median_incomes") }}),

    exchange_rates as (select * from {{ ref("int_current_exchange_rates") }}),

    people as (select contacts.*, as_of.as_of_date from contacts cross join as_of),

    -- The first number of a band is its lowest age.
    banded_people as (
        select
            *,
            case
                when {{ matches("lower(trim(age_band))", "^(<|under|below|up to|unter|bis)") }}
                then 0
                else
                    {{
                        safe_cast_text(
                            remove_matches(remove_matches("age_band", "^[^0-9]+"), "[^0-9].*$"),
                            "int",
                        )
                    }}
            end as band_age_years
        from people
    ),

    -- The medians are of income divided by the square root of the household's size, too. Both are
    -- converted to one currency.
    relative_incomes as (
        select
            people.customer_id,
            cast(people.annual_income * income_rates.rate as double)
            / sqrt(greatest(coalesce(people.household_size, 1), 1))
            / nullif(
                cast(median_incomes.median_income * median_rates.rate as double), 0
            ) as income_ratio
        from people
        inner join median_incomes on people.country = median_incomes.country_code
        inner join exchange_rates as income_rates on people.income_currency = income_rates.currency
        inner join
            exchange_rates as median_rates on median_incomes.currency_code = median_rates.currency
        where people.annual_income is not null
    ),

    final as (
        select
            people.customer_id,
            -- Without a date, the age that the person has at least.
            cast(
                coalesce(
                    {{ dbt.datediff("people.birth_date", "people.as_of_date", "year") }}
                    -- Difference of the years, minus 1 before the birthday.
                    - case
                        when
                            extract(month from people.birth_date) * 100
                            + extract(day from people.birth_date)
                            > extract(month from people.as_of_date) * 100
                            + extract(day from people.as_of_date)
                        then 1
                        else 0
                    end,
                    case
                        when people.birth_year is not null
                        then
                            greatest(
                                extract(year from people.as_of_date) - people.birth_year - 1, 0
                            )
                    end,
                    case when people.band_age_years <= 110 then people.band_age_years end
                ) as int
            ) as age_years,
            cast(
                coalesce(extract(year from people.birth_date), people.birth_year) as int
            ) as birth_year,
            people.gender,
            people.marital_status,
            people.children_count,
            people.household_size,
            relative_incomes.income_ratio,
            people.education_level,
            substr(people.occupation_code, 1, 1) as occupation_group,
            people.home_ownership,
            people.vehicle,
            people.time_zone
        from banded_people as people
        left join relative_incomes on people.customer_id = relative_incomes.customer_id
    )

select *
from final
