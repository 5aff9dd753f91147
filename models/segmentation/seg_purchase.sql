-- Purchase behaviour within the window of RFM. Without a purchase in the window only that fact is
-- known. Nine segmentations of one buyer are one thing: the file is long. category_mix is soft: the
-- weight of a category is its share of net value; a category without net value has no share.
{% set percent_discounted = (
    "100e0 * features.discounted_orders / nullif(features.window_orders, 0)"
) %}
{% set habit_unknown = "coalesce(no_purchase, 'not known from its purchases')" %}
with
    categories as (select * from {{ ref("int_customer_categories") }} where net_amount > 0),

    bands as (select * from {{ ref("segment_bands") }}),

    labelled_customers as (
        select
            features.customer_id,
            features.lifetime_orders,
            features.last_order_date,
            features.window_orders,
            features.median_days_between_orders,
            features.products_bought,
            features.categories_bought,
            features.affinity_lift,
            features.affinity_orders,
            features.spending_percentile,
            features.discounted_orders,
            features.discount_percent,
            {% for trait in ["purchase_channel", "payment_method", "purchase_intent"] %}
                case when features.{{ trait }} = 'mixed' then 'at most ' else '' end
                || cast(features.{{ trait }}_percent as string)
                || ' % of purchases' as {{ trait }}_evidence,
            {% endfor %}
            case
                when
                    features.purchase_channel
                    in ('online', 'store', 'phone', 'marketplace', 'mixed')
                then features.purchase_channel
            end as purchase_channel,
            features.payment_method,
            features.purchase_intent,
            case
                when features.affinity_category is not null
                then features.affinity_category
                when features.categories_bought > 0
                then 'none'
            end as category_affinity,
            product_range_bands.segment as product_range,
            case
                when features.lifetime_orders = 0
                then 'never'
                when features.window_orders = 0
                then 'lapsed'
                else purchase_frequency_bands.segment
            end as purchase_frequency,
            spending_capacity_bands.segment as spending_capacity,
            case
                -- One purchase is too few. A discount of 20 percent in all is high for any share.
                when features.window_orders < 2
                then null
                when features.discount_percent >= 20
                then 'high'
                else price_sensitivity_bands.segment
            end as price_sensitivity
        from {{ ref("customer_features") }} as features
        left join
            bands as product_range_bands
            on {{ in_band("product_range", "features.categories_bought") }}
        left join
            bands as purchase_frequency_bands
            on {{ in_band("purchase_frequency", "features.window_orders") }}
        left join
            bands as spending_capacity_bands
            on {{ in_band("spending_capacity", "features.spending_percentile") }}
        left join
            bands as price_sensitivity_bands
            on {{ in_band("price_sensitivity", percent_discounted) }}
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
                "purchase_channel": "purchase_channel_evidence",
                "payment_method": "payment_method_evidence",
                "purchase_intent": "purchase_intent_evidence || ' that say'",
            },
            missing_segment="'unknown'",
            missing_reason="coalesce(no_purchase, nothing_known)",
            missing_reasons={
                "purchase_channel": habit_unknown,
                "payment_method": habit_unknown,
                "purchase_intent": habit_unknown,
            },
            name="hard_segments",
        )
    }},

    category_shares as (
        select
            *,
            -- Decimals until the last step: the same to the last bit in any order of rows.
            cast(net_amount as double)
            / cast(sum(net_amount) over (partition by customer_id) as double) as share
        from categories
    ),

    final as (
        select customer_id, segmentation, segment, weight, is_primary, reason
        from hard_segments
        union all
        select
            customers_with_evidence.customer_id,
            'category_mix',
            coalesce(category_shares.category, 'unknown'),
            coalesce(category_shares.share, cast(1 as double)),
            coalesce(category_shares.amount_rank = 1, true),
            case
                when category_shares.category is not null
                then
                    'purchases: '
                    || cast(category_shares.orders as string)
                    || ', {{ var("reporting_currency") }} '
                    || cast(category_shares.net_amount as string)
                else coalesce(customers_with_evidence.no_purchase, 'no product of a known category')
            end
        from customers_with_evidence
        left join
            category_shares on customers_with_evidence.customer_id = category_shares.customer_id
            {{ if_shown("category_mix") }}
    )

select *
from final
