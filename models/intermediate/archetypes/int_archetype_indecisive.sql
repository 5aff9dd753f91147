-- Indecisive: within 7 days and one category many views of few products, one of them again and
-- again, and nothing put in a cart or bought. The window that shows it most counts.
with
    category_windows as (select * from {{ ref("int_archetype_category_windows") }} where adds = 0),

    purchases as (select * from {{ ref("int_web_purchases") }} where customer_id is not null),

    purchase_days as (
        select distinct customer_id, cast(purchased_at as date) as purchase_date from purchases
    ),

    undecided_windows as (
        select
            category_windows.*,
            {{
                indecisive_membership(
                    "category_windows.product_views",
                    "category_windows.products",
                    "category_windows.views_of_product",
                )
            }} as membership
        from category_windows
        where
            not exists (
                select 1
                from purchase_days
                where
                    purchase_days.customer_id = category_windows.customer_id
                    and purchase_days.purchase_date <= category_windows.last_date
                    and {{
                        dbt.datediff(
                            "purchase_days.purchase_date", "category_windows.last_date", "day"
                        )
                    }} < {{ var("indecisive_days") }}
            )
    ),

    ranked_windows as (
        select
            *,
            row_number() over (
                partition by customer_id order by membership desc, last_date desc, category asc
            ) as window_rank
        from undecided_windows
        where membership > 0
    ),

    final as (
        select
            customer_id, category, last_date, product_views, products, views_of_product, membership
        from ranked_windows
        where window_rank = 1
    )

select *
from final
