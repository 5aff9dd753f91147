-- Distinctive features of a cluster, ranked by their difference to all other buyers. The name of a
-- cluster is the label that the business gave it, or else its two strongest features in words.
{% set words = {
    "recency_days": ("last purchase long ago", "bought lately"),
    "tenure_days": ("customer for long", "new customer"),
    "lifetime_orders": ("many orders", "few orders"),
    "average_order_value": ("large orders", "small orders"),
    "categories_bought": ("many categories", "few categories"),
    "discounted_orders": ("many discounts", "few discounts"),
    "web_sessions": ("many visits", "few visits"),
    "product_views": ("many products viewed", "few products viewed"),
    "abandoned_carts": ("many abandoned carts", "few abandoned carts"),
    "service_contacts": ("many service contacts", "few service contacts"),
} %}
with
    model_rows as (select * from {{ ref("int_cluster_model") }} where is_accepted),

    cluster_names as (select * from {{ ref("cluster_names") }}),

    explanations as (
        select
            model_version,
            cluster,
            feature,
            max(number) filter (where parameter = 'cluster_mean') as cluster_mean,
            max(number) filter (where parameter = 'other_mean') as other_mean,
            max(number) filter (
                where parameter = 'standardised_difference'
            ) as standardised_difference,
            max(number) filter (where parameter = 'importance') as importance,
            max(number) filter (where parameter = 'rank') as feature_rank
        from model_rows
        where part = 'explanation'
        group by model_version, cluster, feature
    ),

    explanations_in_words as (
        select
            *,
            case
                {%- for feature, (high, low) in words.items() %}
                    when feature = '{{ feature }}'
                    then
                        case when standardised_difference < 0 then '{{ low }}' else '{{ high }}' end
                {%- endfor %}
                else
                    case when standardised_difference < 0 then 'low ' else 'high ' end
                    || replace(feature, '_', ' ')
            end as phrase
        from explanations
    ),

    names as (
        select
            cluster,
            concat_ws(
                ', ',
                max(phrase) filter (where feature_rank = 1),
                max(phrase) filter (where feature_rank = 2)
            ) as cluster_name
        from explanations_in_words
        group by cluster
    ),

    -- Two clusters may have the same strongest features.
    unique_names as (
        select
            cluster,
            case
                when count(*) over (partition by cluster_name) > 1
                then cluster_name || ' (' || cast(cluster as string) || ')'
                else cluster_name
            end as cluster_name
        from names
    ),

    final as (
        select
            explanations.cluster as cluster_number,
            explanations.feature,
            coalesce(
                cluster_names.segment, 'cluster_' || cast(explanations.cluster as string)
            ) as segment,
            coalesce(cluster_names.label, unique_names.cluster_name) as cluster_name,
            explanations.model_version,
            cast(explanations.feature_rank as int) as feature_rank,
            explanations.cluster_mean,
            explanations.other_mean,
            explanations.standardised_difference,
            explanations.importance
        from explanations
        inner join unique_names on explanations.cluster = unique_names.cluster
        left join cluster_names on explanations.cluster = cluster_names.cluster
    )

select *
from final
