-- Size, industry and group of a company, with amounts in the reporting currency. This is one file,
-- because each of the three is one attribute of a company.
--
-- Size by EU recommendation 2003/361: the smallest class whose limits hold for the head count and
-- one of the two amounts. If a missing figure decides about a class, the size is empty.
--
-- The industry is the NACE section of the longest known prefix of the industry code. British SIC
-- codes have five digits and are NACE codes; American SIC codes have four.
--
-- The group of a company is the group of its top owner. Owners that are not customers are ignored.
-- If a company has more than company_group_max_levels levels of owners, it counts as owned in a
-- circle and is a group of its own.
{% set max_levels = var("company_group_max_levels") %}
with
    accounts as (select * from {{ ref("int_customer_records") }} where contact_id is null),

    exchange_rates as (select * from {{ ref("int_current_exchange_rates") }}),

    industry_codes as (select * from {{ ref("reference_industry_codes") }}),

    companies as (
        select
            accounts.customer_id,
            accounts.employees,
            {{ in_reporting_currency("accounts.annual_turnover", "exchange_rates.rate") }}
            as annual_turnover,
            {{ in_reporting_currency("accounts.balance_sheet_total", "exchange_rates.rate") }}
            as balance_sheet_total,
            accounts.has_contract
        from accounts
        left join exchange_rates on accounts.currency = exchange_rates.currency
    ),

    -- The seed has the limits in euros.
    ceilings as (
        select
            size_classes.company_size,
            size_classes.sort_order,
            size_classes.employees_below,
            {{ in_reporting_currency("size_classes.turnover_up_to_eur", "exchange_rates.rate") }}
            as turnover_up_to,
            {{ in_reporting_currency("size_classes.balance_up_to_eur", "exchange_rates.rate") }}
            as balance_up_to
        from {{ ref("company_size_classes") }} as size_classes
        left join exchange_rates on exchange_rates.currency = 'EUR'
    ),

    -- True, false, or null if a missing figure decides.
    class_checks as (
        select
            companies.customer_id,
            ceilings.company_size,
            ceilings.sort_order,
            ceilings.employees_below is null
            or (
                companies.employees < ceilings.employees_below
                and case
                    when companies.annual_turnover <= ceilings.turnover_up_to
                    then true
                    when companies.balance_sheet_total <= ceilings.balance_up_to
                    then true
                    when companies.annual_turnover > ceilings.turnover_up_to
                    then false
                    when companies.balance_sheet_total > ceilings.balance_up_to
                    then false
                end
            ) as holds
        from companies
        cross join ceilings
    ),

    ranked_checks as (
        select *, row_number() over (partition by customer_id order by sort_order) as class_rank
        from class_checks
        where coalesce(holds, true)
    ),

    codes as (
        select
            customer_id,
            industry_system || ' ' || industry_code as industry_source,
            industry_system,
            -- A NACE code that was stored as a number lacks its leading zero: 1.13.
            case when {{ matches("industry_code", "^[0-9][.]") }} then '0' else '' end
            || {{ remove_matches("industry_code", "[^0-9]") }} as digits
        from accounts
        where industry_code is not null
    ),

    coded_sections as (
        select
            codes.customer_id,
            codes.industry_source,
            coalesce(
                code_4.industry_section, code_3.industry_section, code_2.industry_section
            ) as industry_section
        from codes
        {%- for length in [4, 3, 2] %}
            left join
                industry_codes as code_{{ length }}
                on code_{{ length }}.industry_system = case
                    when codes.industry_system = 'SIC' and length(codes.digits) = 5
                    then 'NACE'
                    else codes.industry_system
                end
                and code_{{ length }}.code_prefix = substr(codes.digits, 1, {{ length }})
        {%- endfor %}
    ),

    -- An industry in words counts without a known code.
    industries as (
        select
            accounts.customer_id,
            coalesce(coded_sections.industry_source, 'stated in words') as industry_source,
            sections.industry
        from accounts
        left join
            coded_sections
            on accounts.customer_id = coded_sections.customer_id
            and coded_sections.industry_section is not null
        inner join
            {{ ref("reference_industry_sections") }} as sections
            on coalesce(coded_sections.industry_section, accounts.industry_section)
            = sections.industry_section
    ),

    owned_or_owners as (select * from {{ ref("int_customers") }} where customer_kind = 'company'),

    owned_companies as (
        select owned_or_owners.customer_id, owners.customer_id as owner_id
        from owned_or_owners
        inner join accounts on owned_or_owners.account_id = accounts.account_id
        inner join owned_or_owners as owners on accounts.parent_account_id = owners.account_id
    ),

    owner_chains as (
        select
            owned_or_owners.customer_id,
            level_1.owner_id as owner_1
            {%- for level in range(2, max_levels + 2) %}
                , level_{{ level }}.owner_id as owner_{{ level }}
            {%- endfor %}
        from owned_or_owners
        left join owned_companies as level_1 on owned_or_owners.customer_id = level_1.customer_id
        {%- for level in range(2, max_levels + 2) %}
            left join
                owned_companies as level_{{ level }}
                on level_{{ level - 1 }}.owner_id = level_{{ level }}.customer_id
        {%- endfor %}
    ),

    tops as (
        select
            customer_id,
            case
                when owner_{{ max_levels + 1 }} is not null
                then customer_id
                else
                    coalesce(
                        {%- for level in range(max_levels, 0, -1) %}
                            owner_{{ level }},
                        {%- endfor %} customer_id
                    )
            end as company_group_id
        from owner_chains
    ),

    company_groups as (
        select
            customer_id,
            company_group_id,
            count(*) over (partition by company_group_id) as group_companies
        from tops
    ),

    final as (
        select
            company_groups.customer_id,
            company_groups.company_group_id,
            company_groups.group_companies,
            companies.employees,
            companies.annual_turnover,
            companies.balance_sheet_total,
            companies.has_contract,
            case when ranked_checks.holds then ranked_checks.company_size end as company_size,
            industries.industry,
            industries.industry_source
        from company_groups
        left join companies on company_groups.customer_id = companies.customer_id
        left join industries on company_groups.customer_id = industries.customer_id
        left join
            ranked_checks
            on company_groups.customer_id = ranked_checks.customer_id
            and ranked_checks.class_rank = 1
    )

select *
from final
