-- Cut points of the first build that asked for them under each version. They stay, so that a
-- migration between segments means behaviour and not a moved cut.
with
    quantile_cut_points as (select * from {{ ref("int_rfm_quantile_cut_points") }}),

    fitness as (select * from {{ ref("int_rfm_fitness") }}),

    as_of as (select * from {{ ref("as_of") }}),

    published_cut_points as (select * from {{ ref("int_last_frozen_cut_points") }}),

    -- None of another landing.
    last_days as (select max(logged_on) as last_day from {{ ref("int_last_segmentation_days") }}),

    -- An older version of this project published neither the version nor the day, and the fixed cut
    -- points of other populations with them.
    last_cut_points as (
        select
            coalesce(
                published_cut_points.cut_version, cast('{{ var("rfm_cut_version") }}' as string)
            ) as cut_version,
            published_cut_points.frozen_on,
            published_cut_points.population,
            published_cut_points.measure,
            published_cut_points.score,
            published_cut_points.threshold
        from published_cut_points
        cross join last_days
        where
            last_days.last_day is not null
            and coalesce(published_cut_points.score_method, 'frozen') = 'frozen'
    ),

    last_versions as (select distinct cut_version from last_cut_points),

    final as (
        select last_cut_points.*, false as is_new
        from last_cut_points
        union all
        select
            cast('{{ var("rfm_cut_version") }}' as string) as cut_version,
            as_of.as_of_date as frozen_on,
            quantile_cut_points.population,
            quantile_cut_points.measure,
            quantile_cut_points.score,
            quantile_cut_points.threshold,
            true as is_new
        from quantile_cut_points
        cross join as_of
        inner join fitness on quantile_cut_points.population = fitness.population
        left join last_versions on last_versions.cut_version = '{{ var("rfm_cut_version") }}'
        where
            '{{ var("rfm_score_method") }}' = 'frozen'
            and fitness.is_fit
            and last_versions.cut_version is null
    )

select *
from final
