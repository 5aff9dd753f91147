-- Parameters of the model that scores, in one wide row that is joined to every customer: the
-- features are known at compile time, the model only at run time. There are columns for ten
-- clusters; those beyond the model's number are null.
{% set features = var("cluster_features") %}
{% set positions = range(1, 11) %}
with
    model_rows as (select * from {{ ref("int_cluster_model") }} where is_accepted),

    scales as (
        select
            {%- for feature in features %}
                {%- for parameter in ["low", "high", "is_log", "centre", "scale"] %}
                    max(number) filter (
                        where feature = '{{ feature }}' and parameter = '{{ parameter }}'
                    ) as {{ feature }}_{{ parameter }},
                {%- endfor %}
            {%- endfor %}
            max(model_version) as model_version
        from model_rows
        where part = 'preparation'
    ),

    positions as (
        select cluster, max(number) as position
        from model_rows
        where part = 'cluster' and parameter = 'position'
        group by cluster
    ),

    cluster_parameters as (
        select positions.position, model_rows.*
        from model_rows
        inner join positions on model_rows.cluster = positions.cluster
    ),

    shapes as (
        select
            {%- for position in positions %}
                max(cluster) filter (where position = {{ position }}) as cluster_{{ position }},
                max(number) filter (
                    where
                        position = {{ position }} and part = 'cluster' and parameter = 'log_weight'
                ) as log_weight_{{ position }},
                {%- for feature in features %}
                    {%- for parameter in ["mean", "inverse_deviation"] %}
                        -- An unused feature adds nothing to a distance.
                        coalesce(
                            max(number) filter (
                                where
                                    position = {{ position }}
                                    and part = 'cluster_feature'
                                    and feature = '{{ feature }}'
                                    and parameter = '{{ parameter }}'
                            ),
                            0
                        ) as {{ feature }}_{{ parameter }}_{{ position }},
                    {%- endfor %}
                {%- endfor %}
            {%- endfor %}
            max(position) as clusters
        from cluster_parameters
    ),

    final as (select scales.*, shapes.* from scales cross join shapes)

select *
from final
