-- What became of the models that are fitted: what a person should know of them before using them.
with
    value_parameters as (select * from {{ ref("int_value_parameters") }} where period = 'all'),

    cluster_model as (select * from {{ ref("int_cluster_model") }}),

    prospect_model as (select * from {{ ref("prospect_model") }}),

    final as (
        select distinct
            'model' as section, model as item, message as detail, customers as item_count
        from value_parameters
        where model in ('{{ var("value_purchase_model") }}', 'gamma_gamma')
        union all
        select
            'model',
            'clusters',
            case
                when is_accepted
                then 'of ' || model_version
                else
                    'refused on '
                    || model_version
                    || ': '
                    || coalesce(max(text) filter (where parameter = 'reason'), 'unknown')
            end,
            count(distinct cluster)
        from cluster_model
        group by model_version, is_accepted
        union all
        select
            'model',
            'prospects: ' || segmentation,
            coalesce(
                'refused: ' || max(text) filter (where parameter = 'reason'),
                'attributes save ' || cast(
                    {{ rounded("max(number) filter (where parameter = 'brier_skill') * 100", 1) }}
                    as {{ dbt.type_string() }}
                )
                || ' % of the error'
            ),
            cast(coalesce(max(number) filter (where parameter = 'customers'), 0) as bigint)
        from prospect_model
        where segment is null
        group by segmentation
    )

select *
from final
