-- Facts about the fitted models that a person should know before using them.
with
    value_back_test as (select * from {{ ref("int_value_back_test") }}),

    value_parameters as (select * from {{ ref("int_value_parameters") }} where period = 'all'),

    final as (
        select
            'model' as section,
            'forecast: ' || model as item,
            message as detail,
            customers as item_count
        from value_back_test
        union all
        select
            'model',
            'probability of being alive: ' || model,
            case when shows_alive then 'shown: ' else 'not shown: ' end || case
                when model = 'past_rate'
                then 'the past rate does not say who is alive'
                else
                    coalesce(
                        'tells who bought again with an AUC of '
                        || cast({{ rounded("alive_auc", 2) }} as string),
                        'nothing tested it'
                    )
            end,
            customers
        from value_back_test
        where outcome in ('chosen', 'chosen_untested')
        union all
        select distinct 'model', model, message, customers
        from value_parameters
        where model = 'gamma_gamma'
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
        from {{ ref("int_cluster_model") }}
        group by model_version, is_accepted
        union all
        select
            'model',
            'prospects: ' || segmentation,
            coalesce(
                'refused: ' || max(text) filter (where parameter = 'reason'),
                'attributes save ' || cast(
                    {{ rounded("max(number) filter (where parameter = 'brier_skill') * 100", 1) }}
                    as string
                )
                || ' % of the error'
            ),
            cast(coalesce(max(number) filter (where parameter = 'customers'), 0) as bigint)
        from {{ ref("prospect_model") }}
        where segment is null
        group by segmentation
    )

select *
from final
