{{ config(meta={"dagster": {"ref": {"name": "agg_region_demand"}}}) }}
-- No published amount or rate covers fewer customers than min_cell_customers.
with
    shown_rows as (
        select 'agg_segment_profiles' as table_name, customers, hidden_customers, buyers
        from {{ ref("agg_segment_profiles") }}
        where
            coalesce(buyers, orders) is not null
            or coalesce(net_amount, net_amount_share, average_order_value) is not null
            or mean_recency_days is not null
            or top_features is not null
        union all
        select 'agg_region_demand', customers, hidden_customers, buyers
        from {{ ref("agg_region_demand") }}
        where coalesce(buyers, orders, units, net_amount) is not null
        union all
        select 'agg_region_category_demand', customers, hidden_customers, null
        from {{ ref("agg_region_category_demand") }}
        where coalesce(orders, units, net_amount) is not null
        union all
        select 'agg_cohort_retention', customers, 0, null
        from {{ ref("agg_cohort_retention") }}
        where repeat_rate is not null or cumulative_repeat_rate is not null
        union all
        select 'agg_category_prices', customers, 0, null
        from {{ ref("agg_category_prices") }}
        where
            coalesce(units, mean_price, median_price, price_index) is not null
            or coalesce(lines, discount_share, margin, costed_share) is not null
        union all
        select 'customer_share', customers, 0, null
        from {{ ref("agg_segment_profiles") }}
        where customer_share is not null
        union all
        select 'agg_segment_migration', customers, 0, null
        from {{ ref("agg_segment_migration") }}
        where share is not null
        union all
        select 'agg_segment_stability', customers_before, 0, null
        from {{ ref("agg_segment_stability") }}
        where
            retention is not null
            or upgrade_share is not null
            or downgrade_share is not null
            or shorrocks_index is not null
        union all
        select 'agg_rule_overlaps', customers, 0, null
        from {{ ref("agg_rule_overlaps") }}
        where segment_share is not null or customer_share is not null
        union all
        select 'key_features', customers, 0, null
        from {{ ref("key_features") }}
        where effect is not null or strength is not null or p_value is not null
        union all
        select 'goal_results', customers, 0, null
        from {{ ref("goal_results") }}
        where metric_value is not null
        union all
        select 'goal_results', customers_before, 0, null
        from {{ ref("goal_results") }}
        where metric_value_before is not null
        union all
        select 'survey_confirmations', answers, 0, null
        from {{ ref("survey_confirmations") }}
        where statistic is not null or agreement is not null or kappa is not null
    )

select *
from shown_rows
where {{ is_small_cell("coalesce(customers, hidden_customers)", "buyers") }}
