-- The group of a company is the group of its top owner. Owners that are not customers are ignored.
-- If a company has more than company_group_max_levels levels of owners, it counts as owned in a
-- circle and is a group of its own.
{% set max_levels = var("company_group_max_levels") %}
with
    companies as (select * from {{ ref("int_customers") }} where customer_kind = 'company'),

    accounts as (select * from {{ ref("int_customer_records") }}),

    owned_companies as (
        select companies.customer_id, owners.customer_id as owner_id
        from companies
        inner join accounts on companies.account_id = accounts.account_id
        inner join companies as owners on accounts.parent_account_id = owners.account_id
    ),

    owner_chains as (
        select
            companies.customer_id,
            level_1.owner_id as owner_1
            {%- for level in range(2, max_levels + 2) %}
                , level_{{ level }}.owner_id as owner_{{ level }}
            {%- endfor %}
        from companies
        left join owned_companies as level_1 on companies.customer_id = level_1.customer_id
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

    final as (
        select
            customer_id,
            company_group_id,
            count(*) over (partition by company_group_id) as group_companies
        from tops
    )

select *
from final
