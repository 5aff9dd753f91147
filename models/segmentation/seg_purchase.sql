-- What, how often and at which prices a customer buys, within the window of RFM. Without a
-- purchase in it only that is known.
with
    features as (select * from {{ ref("customer_features") }}),

    frequency_bands as (select * from {{ ref("purchase_frequency_bands") }}),

    labelled_customers as (
        select
            features.*,
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

    customers_with_evidence as (
        select
            *,
            case
                when affinity_lift is null
                then {{ sentence("purchases: {window_orders}, none stands out") }}
                else {{ sentence("{affinity_lift} x average, purchases: {affinity_orders}") }}
            end as affinity_evidence,
            {{ sentence("categories: {categories_bought}, products: {products_bought}") }}
            as range_evidence,
            case
                when lifetime_orders = 0
                then 'no purchase yet'
                when window_orders = 0
                then {{ sentence("last purchase {last_order_date}") }}
            end as no_purchase,
            concat_ws(
                ', ',
                {{ sentence("purchases: {window_orders}") }},
                {{ sentence("median days between: {median_days_between_orders}") }}
            ) as frequency_evidence,
            {{ sentence("price percentile {spending_percentile}") }} as spending_evidence,
            concat_ws(
                ', ',
                {{ sentence("discounted: {discounted_orders} of {window_orders}") }},
                {{ sentence("{discount_percent} % off") }}
            ) as price_evidence,
            {{ sentence("not known from purchases: {window_orders}") }} as nothing_known
        from labelled_customers
    ),

    {{
        segments_from_labels(
            "customers_with_evidence",
            evidence={
                "category_affinity": "affinity_evidence",
                "product_range": "range_evidence",
                "purchase_frequency": "coalesce(no_purchase, frequency_evidence)",
                "spending_capacity": "spending_evidence",
                "price_sensitivity": "price_evidence",
            },
            missing_segment="'unknown'",
            missing_reason="coalesce(no_purchase, nothing_known)",
        )
    }}

select *
from final
