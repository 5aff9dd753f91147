{{ config(materialized="view") }}
-- Customers that may be profiled. Features, fits and segments read this list, so that nothing is
-- derived from the data of customers who object to profiling.
with
    objections as (select * from {{ ref("int_profiling_objections") }}),

    final as (
        select
            customers.customer_id,
            customers.customer_kind,
            customers.contact_id,
            customers.account_id,
            customers.first_seen_date
        from {{ ref("int_customers") }} as customers
        left join objections on customers.customer_id = objections.customer_id
        where objections.customer_id is null
    )

select *
from final
