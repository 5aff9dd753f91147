-- The version of each segmentation today: SQL, seeds and vars by the macro, Python by its
-- modules. The version of clusters includes that of their model, which a new fit changes.
{% set known = {} %}
with
    segmentations as (select * from {{ ref("segmentations") }}),

    cluster_models as (
        select max(model_version) as model_version
        from {{ ref("int_cluster_model") }}
        where is_accepted
    ),

    models as (
        {% for model_name in segmentation_models() %}
            {%- set modules_of_model = definition_modules(model_name, model.package_name, known) %}
            select
                '{{ model_name }}' as model,
                '{{ definition_version(model_name, model.package_name, known) }}' as sql_version,
                '{{ modules.customer_segmentation.code_version(modules_of_model) }}'
                as python_version {{ 'union all' if not loop.last }}
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
        from segmentations
        inner join models on segmentations.model = models.model
        cross join cluster_models
    )

select *
from final
