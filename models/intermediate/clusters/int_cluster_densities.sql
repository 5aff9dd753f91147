{{ config(materialized="ephemeral") }}
-- How well a buyer fits each cluster: the logarithm of the cluster's weight, less half the
-- squared distance to its centre in units of its spread. Only differences between clusters mean
-- anything. (No view: its text is longer than Hive's metastore takes.)
{% set features = var("cluster_features") %}
{% set positions = range(1, 11) %}
with
    customers as (select * from {{ ref("int_cluster_features") }}),

    parameters as (select * from {{ ref("int_cluster_parameters") }}),

    comparable_customers as (
        select
            customers.customer_id,
            parameters.model_version,
            {%- for feature in features %}
                {%- set winsorised %}
                    least(
                        greatest(customers.{{ feature }}, parameters.{{ feature }}_low),
                        parameters.{{ feature }}_high
                    )
                {%- endset %}
                coalesce(
                    case
                        when customers.{{ feature }} is null
                        then 0
                        when parameters.{{ feature }}_is_log = 1
                        then
                            (ln(1 + {{ winsorised }}) - parameters.{{ feature }}_centre)
                            / parameters.{{ feature }}_scale
                        else
                            ({{ winsorised }} - parameters.{{ feature }}_centre)
                            / parameters.{{ feature }}_scale
                    end,
                    0
                ) as {{ feature }} {{- ',' if not loop.last }}
            {%- endfor %}
        from customers
        cross join parameters
    ),

    final as (
        select
            comparable_customers.customer_id,
            comparable_customers.model_version,
            parameters.clusters,
            {%- for position in positions %}
                parameters.cluster_{{ position }},
                -- Multiplied out: power() is several times slower.
                parameters.log_weight_{{ position }} - (
                    {%- for feature in features %}
                        {%- set deviation %}
                            ((comparable_customers.{{ feature }} - parameters.{{ feature }}_mean_{{ position }})
                            * parameters.{{ feature }}_inverse_deviation_{{ position }})
                        {%- endset %}
                        {{ deviation }} * {{ deviation }} {{- ' +' if not loop.last }}
                    {%- endfor %}
                )
                / 2 as log_density_{{ position }} {{- ',' if not loop.last }}
            {%- endfor %}
        from comparable_customers
        cross join parameters
    )

select *
from final
