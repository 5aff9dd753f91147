{#- The CTEs that score the CTE `measures` by the CTE `cut_points`. A score is 1 plus the number
    of cut points that a customer reaches. -#}
{%- macro with_rfm_scores(measures, cut_points) -%}
    scores as (
        select
            measures.population,
            measures.customer_id,
            1 + count(*) filter (
                where
                    cut_points.measure = 'recency' and measures.recency_days <= cut_points.threshold
            ) as r_score,
            1 + count(*) filter (
                where
                    cut_points.measure = 'frequency' and measures.frequency >= cut_points.threshold
            ) as f_score,
            case
                when measures.net_amount is not null
                then
                    1 + count(*) filter (
                        where
                            cut_points.measure = 'monetary'
                            and measures.net_amount >= cut_points.threshold
                    )
            end as m_score
        from {{ measures }} as measures
        -- A left join, because a buyer without any cut point has score 1.
        left join {{ cut_points }} as cut_points on measures.population = cut_points.population
        group by
            measures.population,
            measures.customer_id,
            measures.recency_days,
            measures.orders,
            measures.net_amount
    ),

    rfm_scores as (
        select
            population,
            customer_id,
            cast(r_score as int) as r_score,
            cast(f_score as int) as f_score,
            cast(m_score as int) as m_score,
            -- Rounded half up: (4 + 5) / 2 is 5.
            cast(floor((f_score + m_score + 1) / 2.0) as int) as fm_score
        from scores
    )
{%- endmacro -%}
