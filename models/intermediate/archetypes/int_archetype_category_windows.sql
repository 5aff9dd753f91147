-- Views of a customer in one category within indecisive_days, for any days in a row. Counted over
-- days of sessions instead of events: exact, except that a session across midnight has all views
-- of a product on the day of the first. Days are only compared with days of the same customer and
-- category, and only if the views are enough for indecision.
with
    sessions as (select * from {{ ref("int_web_sessions") }} where customer_id is not null),

    product_days as (
        select
            sessions.customer_id,
            product_visits.category,
            product_visits.product_id,
            cast(
                coalesce(product_visits.first_viewed_at, product_visits.first_added_at) as date
            ) as visit_date,
            sum(product_visits.product_views) as product_views,
            sum(product_visits.adds) as adds
        from {{ ref("int_web_product_visits") }} as product_visits
        inner join sessions on product_visits.session_key = sessions.session_key
        where product_visits.category is not null
        group by
            sessions.customer_id,
            product_visits.category,
            product_visits.product_id,
            cast(coalesce(product_visits.first_viewed_at, product_visits.first_added_at) as date)
    ),

    recent_product_days as (
        select
            product_days.*,
            sum(product_days.product_views) over (
                partition by product_days.customer_id, product_days.category
            ) as views_of_category
        from product_days
        cross join {{ ref("as_of") }} as as_of
        where
            {{ dbt.datediff("product_days.visit_date", "as_of.as_of_date", "day") }}
            < {{ var("archetype_window_days") }}
    ),

    candidate_days as (
        select recent_product_days.*
        from recent_product_days
        cross join {{ ref("archetype_thresholds") }} as thresholds
        where
            recent_product_days.views_of_category
            > thresholds.indecisive_views * {{ 1 - var("fuzzy_width") }}
    ),

    last_days as (select distinct customer_id, category, visit_date from candidate_days),

    products_of_window as (
        select
            last_days.customer_id,
            last_days.category,
            last_days.visit_date as last_date,
            candidate_days.product_id,
            sum(candidate_days.product_views) as product_views,
            sum(candidate_days.adds) as adds
        from last_days
        inner join
            candidate_days
            on last_days.customer_id = candidate_days.customer_id
            and last_days.category = candidate_days.category
            and last_days.visit_date >= candidate_days.visit_date
            and {{ dbt.datediff("candidate_days.visit_date", "last_days.visit_date", "day") }}
            < {{ var("indecisive_days") }}
        group by
            last_days.customer_id,
            last_days.category,
            last_days.visit_date,
            candidate_days.product_id
    ),

    final as (
        select
            customer_id,
            category,
            last_date,
            sum(product_views) as product_views,
            count(*) filter (where product_views > 0) as products,
            max(product_views) as views_of_product,
            sum(adds) as adds
        from products_of_window
        group by customer_id, category, last_date
    )

select *
from final
