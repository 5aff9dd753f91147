-- Profile of each segment. Amounts and rates of few customers are hidden and summed in the row
-- `hidden` of the segmentation. top_features are the three features whose mean is farthest from
-- the mean of all customers, in standard deviations. Every sum is over integers or decimals, so
-- that the order of rows changes no digit. Purchases of customers who object to profiling are in
-- the totals and in no mean.
{% set profiled_features = [
    "recency_days",
    "window_orders",
    "window_net_amount",
    "average_order_value",
    "lifetime_orders",
    "age_years",
    "children_count",
    "household_size",
] %}
with
    segments as (select * from {{ ref("fct_customer_segments") }} where is_primary),

    customer_orders as (select * from {{ ref("int_customer_orders") }}),

    features as (
        select
            customer_id,
            window_orders as orders,
            window_net_amount as net_amount
            {%- for feature in profiled_features %}, {{ feature }}{% endfor %}
        from {{ ref("customer_features") }}
        union all
        select
            objections.customer_id,
            coalesce(customer_orders.window_orders, 0),
            coalesce(customer_orders.window_net_amount, 0)
            {%- for feature in profiled_features %}, null{% endfor %}
        from {{ ref("int_profiling_objections") }} as objections
        left join customer_orders on objections.customer_id = customer_orders.customer_id
    ),

    hidden_cells as (select * from {{ ref("hidden_cells") }} where kind = 'segment'),

    segment_totals as (
        select
            segments.segmentation,
            segments.segment,
            count(*) as customers,
            count(*) filter (where features.orders > 0) as buyers,
            sum(features.orders) as orders,
            sum(features.net_amount) as net_amount
            {%- for feature in profiled_features %}
                ,
                -- Means of few customers are left out.
                case
                    when not {{ is_small_cell("count(features." ~ feature ~ ")") }}
                    then {{ exact_mean("features." ~ feature) }}
                end as mean_{{ feature }}
            {%- endfor %}
        from segments
        inner join features on segments.customer_id = features.customer_id
        group by segments.segmentation, segments.segment
    ),

    population as (
        select
            count(*) as customers,
            sum(net_amount) as net_amount
            {%- for feature in profiled_features %}
                ,
                {{ exact_mean(feature) }} as mean_{{ feature }},
                {{ exact_stddev(feature) }} as stddev_{{ feature }}
            {%- endfor %}
        from features
    ),

    deviations as (
        {%- for feature in profiled_features %}
            select
                segment_totals.segmentation,
                segment_totals.segment,
                '{{ feature }}' as feature,
                (segment_totals.mean_{{ feature }} - population.mean_{{ feature }})
                / nullif(population.stddev_{{ feature }}, 0) as deviation
            from segment_totals
            cross join population {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    ranked_deviations as (
        select
            *,
            row_number() over (
                partition by segmentation, segment
                order by {{ rounded("abs(deviation)", 6) }} desc, feature
            ) as deviation_rank
        from deviations
        -- A mean equal to that of all customers is no top feature.
        where {{ rounded("abs(deviation)", 2) }} > 0
    ),

    top_features as (
        select
            segmentation,
            segment,
            concat_ws(
                ', '
                {%- for rank in range(1, 4) %}
                    ,
                    max(
                        case
                            when deviation_rank = {{ rank }}
                            then
                                feature
                                || case when deviation < 0 then ' -' else ' +' end
                                || cast({{ rounded("abs(deviation)", 2) }} as string)
                                || ' sd'
                        end
                    )
                {%- endfor %}
            ) as top_features
        from ranked_deviations
        group by segmentation, segment
    ),

    judged_segments as (
        select segment_totals.*, hidden_cells.cell is not null as is_hidden
        from segment_totals
        left join
            hidden_cells
            on segment_totals.segmentation = hidden_cells.segmentation
            and segment_totals.segment = hidden_cells.segment
    ),

    hidden_totals as (
        select
            segmentation,
            sum(customers) as customers,
            sum(buyers) as buyers,
            sum(orders) as orders,
            sum(net_amount) as net_amount
        from judged_segments
        where is_hidden
        group by segmentation
    ),

    profiles as (
        select
            segmentation,
            segment,
            customers,
            case when is_hidden then customers else 0 end as hidden_customers,
            case when not {{ is_small_cell("customers") }} then customers end as shared_customers,
            case when not is_hidden then buyers end as buyers,
            case when not is_hidden then orders end as orders,
            case when not is_hidden then net_amount end as net_amount,
            case when not is_hidden then mean_recency_days end as mean_recency_days,
            is_hidden
        from judged_segments
        union all
        select
            segmentation,
            'hidden',
            null,
            customers,
            null,
            {%- for total in ["buyers", "orders", "net_amount"] %}
                case when not {{ is_small_cell("customers", "buyers") }} then {{ total }} end,
            {%- endfor %}
            null,
            true
        from hidden_totals
    ),

    final as (
        select
            cast(profiles.segmentation as string) as segmentation,
            cast(profiles.segment as string) as segment,
            cast(profiles.customers as bigint) as customers,
            cast(profiles.hidden_customers as bigint) as hidden_customers,
            cast(
                cast(profiles.shared_customers as double) / population.customers as double
            ) as customer_share,
            cast(profiles.buyers as bigint) as buyers,
            cast(profiles.orders as bigint) as orders,
            cast(profiles.net_amount as decimal(18, 2)) as net_amount,
            cast(
                cast(profiles.net_amount as double)
                / nullif(cast(population.net_amount as double), 0) as double
            ) as net_amount_share,
            {{ amount_per("profiles.net_amount", "profiles.orders") }} as average_order_value,
            cast(profiles.mean_recency_days as double) as mean_recency_days,
            cast(
                case when not profiles.is_hidden then top_features.top_features end as string
            ) as top_features
        from profiles
        cross join population
        left join
            top_features
            on profiles.segmentation = top_features.segmentation
            and profiles.segment = top_features.segment
    )

select *
from final
