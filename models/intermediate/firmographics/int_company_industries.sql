-- Industry codes of several systems, brought to the sections of NACE by the longest known beginning
-- of the code. British SIC codes have five digits and are those of NACE; American ones have four.
with
    accounts as (select * from {{ ref("int_customer_accounts") }}),

    industry_codes as (select * from {{ ref("reference_industry_codes") }}),

    sections as (select * from {{ ref("reference_industry_sections") }}),

    codes as (
        select
            customer_id,
            industry_system,
            industry_code,
            -- A code of NACE that was once a number has lost its leading zero: 1.13.
            case when {{ matches("industry_code", "^[0-9][.]") }} then '0' else '' end
            || {{ remove_matches("industry_code", "[^0-9]") }} as digits
        from accounts
        where industry_code is not null
    ),

    codes_with_system as (
        select
            customer_id,
            industry_system || ' ' || industry_code as industry_source,
            case
                when industry_system = 'SIC' and length(digits) = 5 then 'NACE' else industry_system
            end as code_system,
            digits
        from codes
    ),

    final as (
        select codes_with_system.customer_id, codes_with_system.industry_source, sections.industry
        from codes_with_system
        {%- for length in [4, 3, 2] %}
            left join
                industry_codes as code_{{ length }}
                on codes_with_system.code_system = code_{{ length }}.industry_system
                and substr(codes_with_system.digits, 1, {{ length }})
                = code_{{ length }}.code_prefix
        {%- endfor %}
        inner join
            sections
            on sections.industry_section
            = coalesce(code_4.industry_section, code_3.industry_section, code_2.industry_section)
    )

select *
from final
