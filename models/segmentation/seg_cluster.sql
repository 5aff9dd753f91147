-- Buyers in clusters found by machine learning. A buyer may be in several, with weights; the
-- reason of a cluster are its name and the two features that set it apart most.
with
    scores as (select * from {{ ref("int_cluster_scores") }}),

    clusters as (
        select
            cluster_number,
            segment,
            cluster_name,
            {%- for rank in [1, 2] %}
                max(
                    feature
                    || case when standardised_difference < 0 then ' -' else ' +' end
                    || cast({{ rounded("abs(standardised_difference)", 2) }} as string)
                    || ' sd'
                ) filter (where feature_rank = {{ rank }}) as reason_{{ rank }}
                {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ ref("int_cluster_explanations") }}
        group by cluster_number, segment, cluster_name
    ),

    refusals as (
        select max(text) as reason
        from {{ ref("int_cluster_model") }}
        where part = 'model' and parameter = 'reason'
    ),

    memberships as (
        {%- for position in range(1, 11) %}
            select
                customer_id,
                cluster_{{ position }} as cluster_number,
                {{ rounded("weight_" ~ position, 9) }} as rounded_weight,
                cluster = cluster_{{ position }} as is_primary,
                is_ambiguous
            from scores
            where cluster_{{ position }} is not null {{ 'union all' if not loop.last }}
        {%- endfor %}
    ),

    weights as (
        select
            customer_id,
            cluster_number,
            is_primary,
            is_ambiguous,
            {{ weight_of_parts("rounded_weight", "is_primary", "customer_id") }} as weight
        from memberships
    ),

    final as (
        select
            weights.customer_id,
            'cluster' as segmentation,
            clusters.segment,
            weights.weight,
            weights.is_primary,
            coalesce(clusters.cluster_name || ': ', '') || concat_ws(
                ', ',
                clusters.reason_1,
                clusters.reason_2,
                case when weights.is_primary and weights.is_ambiguous then 'ambiguous' end
            ) as reason
        from weights
        inner join clusters on weights.cluster_number = clusters.cluster_number
        where weights.weight > 0
        union all
        select
            features.customer_id,
            'cluster',
            case when features.lifetime_orders > 0 then 'unknown' else 'not_applicable' end,
            cast(1 as double),
            true,
            case
                when features.lifetime_orders > 0
                then 'no clusters: ' || coalesce(refusals.reason, 'not fitted')
                else 'no purchase yet'
            end
        from {{ ref("customer_features") }} as features
        cross join refusals
        left join scores on features.customer_id = scores.customer_id
        where scores.customer_id is null
    )

select *
from final
