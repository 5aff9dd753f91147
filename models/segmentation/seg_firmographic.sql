-- People have no size or industry: not_applicable. Facts that are not in the CRM are unknown.
{% set currency = var("reporting_currency") %}
with
    bands as (select * from {{ ref("segment_bands") }}),

    companies as (
        select
            *,
            cast(floor(annual_turnover) as bigint) as whole_revenue,
            cast(floor(balance_sheet_total) as bigint) as whole_balance
        from {{ ref("customer_features") }}
    ),

    labelled_customers as (
        select
            companies.customer_id,
            companies.customer_kind,
            companies.company_size,
            companies.industry,
            revenue_bands.segment as revenue_band,
            case
                when companies.customer_kind <> 'company'
                then null
                when companies.company_group_id <> companies.customer_id
                then 'subsidiary'
                when companies.group_companies > 1
                then 'parent'
                else 'independent'
            end as company_group,
            cast(companies.employees as string) || ' employees' as head_count,
            'revenue ' || cast(companies.whole_revenue as string) || ' {{ currency }}' as revenue,
            'balance sheet '
            || cast(companies.whole_balance as string)
            || ' {{ currency }}' as balance_sheet,
            companies.industry_source,
            case
                when companies.group_companies > 1
                then 'group of ' || cast(companies.group_companies as string) || ' companies'
                else 'no owner or subsidiary among the customers'
            end as group_of
        from companies
        left join bands as revenue_bands on {{ in_band("revenue_band", "companies.whole_revenue") }}
    ),

    {{
        segments_from_labels(
            "labelled_customers",
            evidence={
                "company_size": "concat_ws(', ', head_count, revenue, balance_sheet)",
                "industry": "industry_source",
                "revenue_band": "revenue",
                "company_group": "group_of",
            },
            missing_segment="case when customer_kind = 'company' then 'unknown' else 'not_applicable' end",
            missing_reason="case when customer_kind = 'company' then 'not known' else 'a person' end",
        )
    }}

select *
from final
