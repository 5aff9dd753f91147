-- What, how often and at which prices a customer buys, within the window of RFM. Without a
-- purchase in it only that is known.
with
    features as (select * from {{ ref("customer_features") }}),

    frequency_bands as (select * from {{ ref("purchase_frequency_bands") }}),

    labelled_customers as (
        select
            features.customer_id,
            features.lifetime_orders,
            features.last_order_date,
            features.window_orders,
            features.discounted_orders,
            features.discount_percent,
            features.median_days_between_orders,
            features.products_bought,
            features.categories_bought,
            features.affinity_lift,
            features.affinity_orders,
            features.spending_percentile,
            case
                when features.affinity_category is not null
                then features.affinity_category
                when features.categories_bought > 0
                then 'none'
            end as category_affinity,
            case
                when features.categories_bought = 0
                then null
                when features.categories_bought = 1
                then 'one_category'
                when features.categories_bought < {{ var("product_range_many_from") }}
                then 'few_categories'
                else 'many_categories'
            end as product_range,
            case
                when features.lifetime_orders = 0
                then 'never'
                when features.window_orders = 0
                then 'lapsed'
                else frequency_bands.segment
            end as purchase_frequency,
            case
                when features.spending_percentile is null
                then null
                when features.spending_percentile < {{ var("spending_low_below") }}
                then 'low'
                when features.spending_percentile < {{ var("spending_high_from") }}
                then 'medium'
                else 'high'
            end as spending_capacity,
            case
                when features.window_orders < {{ var("price_sensitivity_min_orders") }}
                then null
                when
                    100 * features.discounted_orders
                    >= {{ var("price_sensitivity_high_from") }} * features.window_orders
                    or features.discount_percent >= {{ var("price_sensitivity_high_from_off") }}
                then 'high'
                when
                    100 * features.discounted_orders
                    < {{ var("price_sensitivity_low_below") }} * features.window_orders
                then 'low'
                else 'medium'
            end as price_sensitivity
        from features
        left join
            frequency_bands
            on features.window_orders
            between frequency_bands.min_orders and frequency_bands.max_orders
    ),

    texts as (
        select
            *,
            {% for count in [
                "window_orders",
                "discounted_orders",
                "discount_percent",
                "median_days_between_orders",
                "products_bought",
                "categories_bought",
                "affinity_lift",
                "affinity_orders",
                "spending_percentile",
            ] %}
                cast({{ count }} as {{ dbt.type_string() }}) as {{ count }}_text
                {{- "," if not loop.last }}
            {% endfor %}
        from labelled_customers
    ),

    {{
        segments_from_labels(
            "texts",
            evidence={
                "category_affinity": "case when affinity_lift is null "
                ~ "then 'purchases: ' || window_orders_text || ', none stands out' "
                ~ "else affinity_lift_text || ' x average, purchases: ' || affinity_orders_text end",
                "product_range": "'categories: ' || categories_bought_text "
                ~ "|| ', products: ' || products_bought_text",
                "purchase_frequency": "case when lifetime_orders = 0 then 'no purchase yet' "
                ~ "when window_orders = 0 "
                ~ "then 'last purchase ' || cast(last_order_date as "
                ~ dbt.type_string()
                ~ ") else concat_ws(', ', 'purchases: ' || window_orders_text, "
                ~ "'median days between: ' || median_days_between_orders_text) end",
                "spending_capacity": "'price percentile ' || spending_percentile_text",
                "price_sensitivity": "'discounted: ' || discounted_orders_text || ' of ' "
                ~ "|| window_orders_text || concat_ws('', ', ' || discount_percent_text || ' % off')",
            },
            missing_segment="'unknown'",
            missing_reason="case when lifetime_orders = 0 then 'no purchase yet' "
            ~ "when window_orders = 0 then 'last purchase ' || cast(last_order_date as "
            ~ dbt.type_string()
            ~ ") else 'not known from purchases: ' || window_orders_text end",
        )
    }}

select *
from final
