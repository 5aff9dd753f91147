-- The smallest change that puts a customer into another segment: one row per customer, segmentation
-- and segment.
--
-- rfm: the fewest of one to three more orders of the usual value, on one day, that lead to a better
-- segment by today's cut points. It holds for `within_days`, until an earlier order leaves the
-- window.
--
-- lifecycle: one more order, or the days without an order after which the customer counts as
-- lapsing.
--
-- business: the only condition that is not met in a group of several.
{% set orders_tried = [1, 2, 3] %}
{% set new_days, lapsed_days = var("new_customer_days"), var("lifecycle_lapsed_days") %}
with
    features as (select * from {{ ref("customer_features") }}),

    customer_orders as (select * from {{ ref("int_customer_orders") }}),

    memberships as (select * from {{ ref("segment_memberships") }}),

    segments as (select * from {{ ref("segments") }}),

    segment_map as (select * from {{ ref("rfm_segment_map") }}),

    -- Populations are told apart by the number of orders.
    orders_needed as (
        {%- for number in orders_tried %}
            select {{ number }} as population {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    cut_points as (
        select
            orders_needed.population,
            cut_points_in_force.measure,
            cut_points_in_force.score,
            cut_points_in_force.threshold
        from {{ ref("int_rfm_cut_points") }} as cut_points_in_force
        cross join orders_needed
        where cut_points_in_force.is_in_force and cut_points_in_force.population = 'customers'
    ),

    measures as (
        select
            orders_needed.population,
            features.customer_id,
            0 as recency_days,
            features.window_orders + orders_needed.population as orders,
            features.window_orders + orders_needed.population as frequency,
            cast(
                features.window_net_amount
                + orders_needed.population * features.average_order_value as decimal(18, 2)
            ) as net_amount
        from features
        cross join orders_needed
        where
            -- Refunds may have taken all that a customer paid.
            features.average_order_value > 0
            -- A rank of rows changes with the orders of others.
            and '{{ var("rfm_frequency_ties") }}' = 'equal'
    ),

    {{ with_rfm_scores("measures", "cut_points") }},

    rfm_segments as (
        select
            rfm_scores.customer_id,
            rfm_scores.population as orders_needed,
            features.average_order_value,
            {{ rfm_segment("segment_map", "features.first_order_date", "as_of.as_of_date") }}
            as segment,
            {{ var("rfm_window_days") }} - 1 - customer_orders.window_age_days as days_of_window,
            case
                when
                    segment_map.segment_if_not_new is not null
                    and features.tenure_days <= {{ new_days }}
                then {{ new_days }} - features.tenure_days
            end as days_as_new
        from rfm_scores
        cross join {{ ref("as_of") }} as as_of
        inner join features on rfm_scores.customer_id = features.customer_id
        inner join customer_orders on rfm_scores.customer_id = customer_orders.customer_id
        inner join segment_map on {{ in_rfm_map("segment_map", "rfm_scores") }}
    ),

    better_segments as (
        select
            rfm_segments.*,
            row_number() over (
                partition by rfm_segments.customer_id order by rfm_segments.orders_needed
            ) as attempt
        from rfm_segments
        inner join
            memberships
            on rfm_segments.customer_id = memberships.customer_id
            and memberships.segmentation = 'rfm'
        inner join
            segments as todays
            on memberships.segmentation = todays.segmentation
            and memberships.segment = todays.segment
        inner join
            segments as others
            on memberships.segmentation = others.segmentation
            and rfm_segments.segment = others.segment
        where others.sort_order < todays.sort_order
    ),

    lifecycle_segments as (
        select
            customer_id,
            1 as orders_needed,
            -- An order after a pause is a comeback.
            {{
                lifecycle_stage(
                    1,
                    0,
                    "coalesce(tenure_days, 0)",
                    "case when recency_days >= "
                    ~ lapsed_days
                    ~ " then 0 else days_since_comeback end",
                )
            }} as segment,
            case
                when recency_days < {{ lapsed_days }} then {{ lapsed_days }} - 1 - recency_days
            end as within_days
        from features
        where lifetime_orders = 0 or recency_days >= {{ var("lifecycle_lapsing_days") }}
        union all
        select customer_id, 0, 'lapsing', {{ var("lifecycle_lapsing_days") }} - recency_days
        from features
        where recency_days < {{ var("lifecycle_lapsing_days") }}
    ),

    changes as (
        select
            customer_id,
            'rfm' as segmentation,
            segment,
            orders_needed,
            least(
                coalesce(days_of_window, days_as_new), coalesce(days_as_new, days_of_window)
            ) as within_days,
            {{ sentence("{orders_needed} more ") }}
            || case when orders_needed = 1 then 'order' else 'orders' end
            || {{ sentence(" of {average_order_value}") }} as change
        from better_segments
        where attempt = 1
        union all
        select
            customer_id,
            'lifecycle',
            segment,
            orders_needed,
            within_days,
            case when orders_needed = 1 then '1 more order' else 'no order' end
        from lifecycle_segments
        union all
        select customer_id, 'business', segment, null, null, lacks
        from {{ ref("rule_strengths") }}
        where lacks is not null
    ),

    final as (
        select
            cast(customer_id as string) as customer_id,
            cast(segmentation as string) as segmentation,
            cast(segment as string) as segment,
            cast(orders_needed as int) as orders_needed,
            cast(within_days as int) as within_days,
            cast(
                change || case
                    when within_days is null
                    then ''
                    when within_days = 0
                    then ' today'
                    when within_days = 1
                    then ' within 1 day'
                    else {{ sentence(" within {within_days} days") }}
                end as string
            ) as change
        from changes
    )

select *
from final
