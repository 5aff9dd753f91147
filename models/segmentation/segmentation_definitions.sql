-- The version of each segmentation today: SQL, seeds and vars, then Python by its modules. The
-- version of clusters includes that of their model, which a new fit changes.
{% for model_name in segmentation_models() %}
-- depends_on: {{ ref(model_name) }}
{% endfor %}
with
    cluster_models as (
        select max(model_version) as model_version
        from {{ ref("int_cluster_model") }}
        where is_accepted
    ),

    models as (
        {% for model_name, made_by in definitions(model.package_name).items() %}
            select
                '{{ model_name }}' as model,
                '{{ made_by.sql_version }}' as sql_version,
                '{{ made_by.python_version }}' as python_version
                {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    final as (
        select
            segmentations.segmentation,
            concat_ws(
                ' ',
                models.sql_version,
                nullif(models.python_version, ''),
                case
                    when segmentations.segmentation = 'cluster' then cluster_models.model_version
                end
            ) as definition_version
        from {{ ref("segmentations") }} as segmentations
        inner join models on segmentations.model = models.model
        cross join cluster_models
    )

select *
from final
