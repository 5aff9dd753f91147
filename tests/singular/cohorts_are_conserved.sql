{{ config(meta={"dagster": {"ref": {"name": "agg_cohort_retention"}}}) }}
-- Each breakdown, hidden rows included, sums to all purchases of customers, before cells are hidden
-- and after.
with
    customer_totals as (
        select
            count(*) as customers,
            coalesce(sum(lifetime_orders), 0) as orders,
            coalesce(sum(lifetime_net_amount), 0) as net_amount
        from {{ ref("customer_features") }}
        where lifetime_orders > 0
    ),

    cohort_totals as (
        select
            'before hiding' as breakdown,
            count(distinct customer_id) as customers,
            coalesce(sum(orders), 0) as orders,
            coalesce(sum(net_amount), 0) as net_amount,
            0 as unknown_sums
        from {{ ref("int_cohort_purchases") }}
        union all
        select
            breakdown,
            sum(case when age_months = 0 then customers else 0 end),
            sum(orders),
            sum(net_amount),
            -- A sum of few buyers is in no row.
            count(*) filter (where cohort in ('all', 'hidden') and net_amount is null)
        from {{ ref("agg_cohort_retention") }}
        group by breakdown
    )

select cohort_totals.*
from cohort_totals
cross join customer_totals
where
    cohort_totals.customers <> customer_totals.customers
    or cohort_totals.orders > customer_totals.orders
    or (
        cohort_totals.unknown_sums = 0
        and (
            cohort_totals.orders is distinct from customer_totals.orders
            or cohort_totals.net_amount is distinct from customer_totals.net_amount
        )
    )
