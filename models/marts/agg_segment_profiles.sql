-- What a segment looks like. top_features are the three features whose mean in the segment lies
-- farthest from the mean of all customers, in standard deviations. Every sum is over integers or
-- decimals, so that no order of rows changes a digit. What customers bought who object to profiling
-- is in the totals; they are in no mean.
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

    objections as (select * from {{ ref("int_profiling_objections") }}),

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
        from objections
        left join customer_orders on objections.customer_id = customer_orders.customer_id
    ),

    segment_totals as (
        select
            segments.segmentation,
            segments.segment,
            count(*) as customers,
            count(*) filter (where features.orders > 0) as buyers,
            sum(features.orders) as orders,
            sum(features.net_amount) as net_amount
            {%- for feature in profiled_features %}
                , {{ exact_mean("features." ~ feature) }} as mean_{{ feature }}
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
        -- Nothing stands out of a mean that it shares.
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
                                || cast(
                                    {{ rounded("abs(deviation)", 2) }} as {{ dbt.type_string() }}
                                )
                                || ' sd'
                        end
                    )
                {%- endfor %}
            ) as top_features
        from ranked_deviations
        group by segmentation, segment
    ),

    final as (
        select
            cast(segment_totals.segmentation as {{ dbt.type_string() }}) as segmentation,
            cast(segment_totals.segment as {{ dbt.type_string() }}) as segment,
            cast(segment_totals.customers as bigint) as customers,
            cast(
                cast(segment_totals.customers as double) / population.customers as double
            ) as customer_share,
            cast(segment_totals.buyers as bigint) as buyers,
            cast(segment_totals.orders as bigint) as orders,
            cast(segment_totals.net_amount as decimal(18, 2)) as net_amount,
            cast(
                cast(segment_totals.net_amount as double)
                / nullif(cast(population.net_amount as double), 0) as double
            ) as net_amount_share,
            {{ amount_per("segment_totals.net_amount", "segment_totals.orders") }}
            as average_order_value,
            cast(segment_totals.mean_recency_days as double) as mean_recency_days,
            cast(top_features.top_features as {{ dbt.type_string() }}) as top_features
        from segment_totals
        cross join population
        left join
            top_features
            on segment_totals.segmentation = top_features.segmentation
            and segment_totals.segment = top_features.segment
    )

select *
from final
