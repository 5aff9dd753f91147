-- What a segmentation is made by today. The version of clusters is that of their model as well,
-- which a new fit changes.
with
    cluster_models as (
        select max(model_version) as model_version
        from {{ ref("int_cluster_model") }}
        where is_accepted
    ),

    segmentations as (
        {% for model in segmentation_models() %}
            select distinct segmentation, '{{ definition_version(model) }}' as definition_version
            from {{ ref(model) }} {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    final as (
        select
            segmentations.segmentation,
            case
                when segmentations.segmentation = 'cluster'
                then concat_ws(' ', segmentations.definition_version, cluster_models.model_version)
                else segmentations.definition_version
            end as definition_version
        from segmentations
        cross join cluster_models
    )

select *
from final
