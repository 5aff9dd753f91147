-- The cut points in force: those of rfm_score_method, or the fixed ones where a population is not
-- fit for quantiles. Frozen cut points need no fitness once they exist.
with
    quantile_cut_points as (select * from {{ ref("int_rfm_quantile_cut_points") }}),

    frozen_cut_points as (
        select *
        from {{ ref("int_rfm_frozen_cut_points") }}
        where cut_version = '{{ var("rfm_cut_version") }}'
    ),

    fixed_cut_points as (select * from {{ ref("rfm_fixed_cut_points") }}),

    fitness as (select * from {{ ref("int_rfm_fitness") }}),

    frozen_counts as (
        select population, count(*) as cut_points from frozen_cut_points group by population
    ),

    populations as (select distinct population from fixed_cut_points),

    methods as (
        select
            populations.population,
            case
                when '{{ var("rfm_score_method") }}' = 'quantile' and fitness.is_fit
                then 'quantile'
                when '{{ var("rfm_score_method") }}' = 'frozen' and frozen_counts.cut_points > 0
                then 'frozen'
                else 'fixed'
            end as score_method
        from populations
        left join fitness on populations.population = fitness.population
        left join frozen_counts on populations.population = frozen_counts.population
    ),

    candidates as (
        select 'quantile' as score_method, population, measure, score, threshold
        from quantile_cut_points
        union all
        select 'frozen', population, measure, score, threshold
        from frozen_cut_points
        union all
        select 'fixed', population, measure, score, threshold
        from fixed_cut_points
    ),

    final as (
        select
            candidates.population,
            candidates.score_method,
            candidates.measure,
            cast(candidates.score as int) as score,
            cast(candidates.threshold as decimal(18, 2)) as threshold
        from candidates
        inner join
            methods
            on candidates.population = methods.population
            and candidates.score_method = methods.score_method
    )

select *
from final
