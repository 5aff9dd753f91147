-- What a segmentation is made by today: SQL, seeds and vars by the macro, Python by its modules.
-- The version of clusters is that of their model as well, which a new fit changes.
{% set known = {} %}
with
    code_versions as (select * from {{ ref("code_versions") }}),

    cluster_models as (
        select max(model_version) as model_version
        from {{ ref("int_cluster_model") }}
        where is_accepted
    ),

    imported_modules as (
        {% for model_name in segmentation_models() %}
            {% for module_name in definition_modules(model_name, model.package_name, known) %}
                select '{{ model_name }}' as model_name, '{{ module_name }}' as module_name
                union all
            {% endfor %}
        {% endfor %}
        select cast(null as string) as model_name, cast(null as string) as module_name
    ),

    python_versions as (
        select
            imported_modules.model_name,
            {{ sorted_list("code_versions.code_version") }} as code_version
        from imported_modules
        inner join code_versions on imported_modules.module_name = code_versions.module_name
        group by imported_modules.model_name
    ),

    segmentations as (
        {% for model_name in segmentation_models() %}
            select distinct
                segmentation,
                '{{ model_name }}' as model_name,
                '{{ definition_version(model_name, model.package_name, known) }}'
                as definition_version
            from {{ ref(model_name) }} {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    final as (
        select
            segmentations.segmentation,
            concat_ws(
                ' ',
                segmentations.definition_version,
                substr(md5(python_versions.code_version), 1, 8),
                case
                    when segmentations.segmentation = 'cluster' then cluster_models.model_version
                end
            ) as definition_version
        from segmentations
        cross join cluster_models
        left join python_versions on segmentations.model_name = python_versions.model_name
    )

select *
from final
