-- The days of the history, with the definition of each segmentation on that day. The definition of
-- today is the version of its SQL, seeds and vars, then of its Python modules. That of clusters
-- includes the version of their model, which a new fit changes.
{% for model_name in segmentation_models() %}
-- depends_on: {{ ref(model_name) }}
{% endfor %}
with
    run_day as (select * from {{ ref("int_run_day") }}),

    memberships as (
        select distinct segmentation
        from {{ ref("segment_memberships") }}
        where {{ is_in_history("segmentation") }}
    ),

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

    definitions as (
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
    ),

    final as (
        select
            last_days.logged_on,
            last_days.segmentation,
            last_days.definition_version,
            -- Older versions did not store the landing; the state of another landing is not read.
            coalesce(last_days.landing, '{{ var("landing") }}') as landing
        from {{ source("state", "segmentation_days") }} as last_days
        cross join run_day
        where run_day.is_replay or last_days.logged_on < run_day.as_of_date
        union all
        select
            run_day.as_of_date,
            memberships.segmentation,
            definitions.definition_version,
            '{{ var("landing") }}'
        from memberships
        left join definitions on memberships.segmentation = definitions.segmentation
        cross join run_day
        where not run_day.is_replay
    )

select *
from final
