-- Cut points of RFM: those in force, and all that are frozen. rfm_score_method decides which are
-- in force; if a population is not fit for quantiles, the fixed ones are. Frozen cut points stay,
-- whether or not the data are still fit, so that a move between segments means behaviour and not a
-- moved cut point. This is one file, because quantile, frozen and fixed cut points have one grain.
--
-- Quantiles give equal scores to equal values. They are computed as cut points over the distinct
-- values, because sorting all customers in one window does not scale. Recency and money rank by the
-- middle of the places that equal values share. A day with a quarter of the buyers has the ranks
-- .75 to 1, and its middle gives score 5.
--
-- `customers_below` of `customers` have less merit, and `customers_equal` the same. The middle rank
-- is (customers_below + (customers_equal - 1) / 2) / (customers - 1). Score s + 1 is reached if
-- 5 * (2 * customers_below + customers_equal - 1) >= 2 * s * (customers - 1).
--
-- Frequency: in every population, score 1 is exactly one order, as frozen cut points meet later
-- buyers. Repeat buyers share scores 2 to 5 by quarters of percent_rank, so that their fewest
-- orders are score 2.
--
-- Amounts of fixed cut points are converted. Without an exchange rate they are null, which breaks a
-- claim of this model, unless nobody is scored by them.
{% set cut_version = "cast('" ~ var("rfm_cut_version") ~ "' as string)" %}
with
    -- Prospects are too different from each other to be ranked.
    measures as (
        select * from {{ ref("int_rfm_measures") }} where population <> 'prospects' and orders > 0
    ),

    fitness as (select * from {{ ref("int_rfm_fitness") }}),

    fixed_cut_points as (
        select
            fixed.population,
            fixed.measure,
            fixed.score,
            case
                when fixed.measure = 'monetary'
                then {{ in_reporting_currency("fixed.threshold", "exchange_rates.rate") }}
                else fixed.threshold
            end as threshold
        from {{ ref("rfm_fixed_cut_points") }} as fixed
        left join
            {{ ref("int_current_exchange_rates") }} as exchange_rates
            on exchange_rates.currency = '{{ var("rfm_fixed_currency") }}'
    ),

    -- Merit: higher is better. For recency, it is the negative number of days.
    merits as (
        select population, 'recency' as measure, cast(- recency_days as decimal(18, 2)) as merit
        from measures
        union all
        select population, 'frequency', cast(frequency as decimal(18, 2))
        from measures
        where orders > 1
        union all
        select population, 'monetary', net_amount
        from measures
    ),

    merit_counts as (
        select population, measure, merit, count(*) as customers
        from merits
        group by population, measure, merit
    ),

    ranked_merits as (
        select
            population,
            measure,
            merit,
            coalesce(
                sum(customers) over (
                    partition by population, measure
                    order by merit
                    rows between unbounded preceding and 1 preceding
                ),
                0
            ) as customers_below,
            customers as customers_equal,
            sum(customers) over (partition by population, measure) as customers
        from merit_counts
    ),

    scores as (
        select 2 as score
        union all
        select 3
        union all
        select 4
        union all
        select 5
    ),

    -- The share of the scale below a score is step / steps.
    merits_with_step as (
        select
            ranked_merits.*,
            scores.score,
            case
                when ranked_merits.measure = 'frequency' then scores.score - 2 else scores.score - 1
            end as step,
            case when ranked_merits.measure = 'frequency' then 4 else 5 end as steps
        from ranked_merits
        cross join scores
    ),

    quantile_cut_points as (
        select
            population,
            measure,
            cast(score as int) as score,
            cast(
                case when measure = 'recency' then - min(merit) else min(merit) end as decimal(
                    18, 2
                )
            ) as threshold
        from merits_with_step
        where
            2 * step * (customers - 1)
            <= steps
            * (
                2 * customers_below
                + case when measure = 'frequency' then 0 else customers_equal - 1 end
            )
            -- A single customer has no rank and gets the lowest score.
            and customers > 1
            and step > 0
        group by population, measure, score
        union all
        select distinct population, 'frequency', cast(2 as int), cast(2 as decimal(18, 2))
        from measures
    ),

    -- State of older versions has neither the version nor the day.
    remembered_cut_points as (
        select
            coalesce(cut_version, {{ cut_version }}) as cut_version,
            frozen_on,
            population,
            measure,
            score,
            threshold
        from {{ source("state", "frozen_cut_points") }}
    ),

    remembered_versions as (select distinct cut_version from remembered_cut_points),

    -- The first run of a version freezes the quantiles of fit populations.
    frozen_cut_points as (
        select *
        from remembered_cut_points
        union all
        select
            {{ cut_version }},
            as_of.as_of_date,
            quantile_cut_points.population,
            quantile_cut_points.measure,
            quantile_cut_points.score,
            quantile_cut_points.threshold
        from quantile_cut_points
        cross join {{ ref("as_of") }} as as_of
        inner join fitness on quantile_cut_points.population = fitness.population
        left join remembered_versions on remembered_versions.cut_version = {{ cut_version }}
        where
            '{{ var("rfm_score_method") }}' = 'frozen'
            and fitness.is_fit
            and remembered_versions.cut_version is null
    ),

    frozen_counts as (
        select population, count(*) as cut_points
        from frozen_cut_points
        where cut_version = {{ cut_version }}
        group by population
    ),

    populations as (select distinct population from fixed_cut_points),

    methods as (
        select
            populations.population,
            coalesce(fitness.buyers, 0) as buyers,
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
        select
            'quantile' as score_method,
            cast(null as string) as cut_version,
            cast(null as date) as frozen_on,
            population,
            measure,
            score,
            threshold
        from quantile_cut_points
        union all
        select 'frozen', cut_version, frozen_on, population, measure, score, threshold
        from frozen_cut_points
        union all
        select 'fixed', null, null, population, measure, score, threshold
        from fixed_cut_points
    ),

    judged_candidates as (
        select
            candidates.*,
            methods.buyers,
            methods.population is not null
            and coalesce(candidates.cut_version, {{ cut_version }})
            = {{ cut_version }} as is_in_force
        from candidates
        left join
            methods
            on candidates.population = methods.population
            and candidates.score_method = methods.score_method
    ),

    final as (
        select
            population,
            score_method,
            measure,
            cast(score as int) as score,
            cast(threshold as decimal(18, 2)) as threshold,
            cut_version,
            frozen_on,
            is_in_force
        from judged_candidates
        where (is_in_force or score_method = 'frozen') and (threshold is not null or buyers > 0)
    )

select *
from final
