-- Score by percent_rank, so that equal values get equal scores, but as cut points: sorting all
-- customers in one window does not scale, counting the distinct values does. With `customers_below`
-- of `customers` having a smaller merit, percent_rank = customers_below / (customers - 1), and
-- 1 + least(4, floor(5 * percent_rank)) reaches score s + 1 where 5 * below >= s * (customers - 1).
-- Frequency: score 1 is exactly one order, whoever else there is (frozen cut points meet later
-- buyers); the repeat buyers share 2 to 5 by quarters.
with
    -- Prospects have too little in common to be ranked.
    measures as (select * from {{ ref("int_rfm_measures") }} where population <> 'prospects'),

    -- Merit: more is better. Few days since the last order are much merit.
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

    -- The share of the scale that lies below a score.
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

    final as (
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
            steps * customers_below >= step * (customers - 1)
            -- One customer alone ranks nowhere: the lowest score that the scale has.
            and customers > 1
            and step > 0
        group by population, measure, score
        union all
        select distinct population, 'frequency', cast(2 as int), cast(2 as decimal(18, 2))
        from measures
    )

select *
from final
