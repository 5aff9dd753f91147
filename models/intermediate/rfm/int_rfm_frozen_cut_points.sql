{{ config(materialized="incremental", incremental_strategy="append", full_refresh=false) }}
-- Cut points of the first build that asked for them under this version. They stay, so that a
-- migration between segments means behaviour and not a moved cut.
with
    quantile_cut_points as (select * from {{ ref("int_rfm_quantile_cut_points") }}),

    fitness as (select * from {{ ref("int_rfm_fitness") }}),

    as_of as (select * from {{ ref("as_of") }}),

    final as (
        select
            cast('{{ var("rfm_cut_version") }}' as {{ dbt.type_string() }}) as cut_version,
            as_of.as_of_date as frozen_on,
            quantile_cut_points.population,
            quantile_cut_points.measure,
            quantile_cut_points.score,
            quantile_cut_points.threshold
        from quantile_cut_points
        cross join as_of
        inner join fitness on quantile_cut_points.population = fitness.population
        where
            '{{ var("rfm_score_method") }}' = 'frozen' and fitness.is_fit
            {% if is_incremental() -%}
                and not exists (
                    select 1
                    from {{ this }} as frozen
                    where frozen.cut_version = '{{ var("rfm_cut_version") }}'
                )
            {%- endif %}
    )

select *
from final
