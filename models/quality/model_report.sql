-- What became of the models that are fitted: what a person should know of them before using them.
with
    value_parameters as (select * from {{ ref("int_value_parameters") }} where period = 'all'),

    cluster_model as (select * from {{ ref("int_cluster_model") }}),

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
    )

select *
from final
