-- Distinctive features of a cluster, ranked by their difference to all other buyers.
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

    final as (
        select
            explanations.cluster as cluster_number,
            explanations.feature,
            coalesce(
                cluster_names.segment, 'cluster_' || cast(explanations.cluster as string)
            ) as segment,
            explanations.model_version,
            cast(explanations.feature_rank as int) as feature_rank,
            explanations.cluster_mean,
            explanations.other_mean,
            explanations.standardised_difference,
            explanations.importance
        from explanations
        left join cluster_names on explanations.cluster = cluster_names.cluster
    )

select *
from final
