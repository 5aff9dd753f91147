with
    final as (
        select
            id as account_id,
            {{ exported_time("createdate") }} as created_at,
            {{ exported_time("hs_lastmodifieddate") }} as updated_at,
            hs_parent_company_id as parent_account_id,
            numberofemployees as employees,
            annualrevenue as annual_turnover,
            industry,
            zip as postcode,
            city,
            state as region,
            country,
            {{ is_marked_as_deleted() }} as is_deleted
        from {{ ref("hubspot__raw_companies") }}
    )

select *
from final
