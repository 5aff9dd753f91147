-- How much of a buyer is in each cluster: the share of its density in the sum of all. Places
-- beyond the model's clusters weigh nothing.
{% set positions = range(1, 11) %}
with
    log_densities as (select * from {{ ref("int_cluster_densities") }}),

    highest as (
        select
            *,
            greatest(
                {%- for position in positions %}
                    log_density_{{ position }} {{- ',' if not loop.last }}
                {%- endfor %}
            ) as highest_log_density
        from log_densities
    ),

    -- Below the highest, so that nothing overflows.
    densities as (
        select
            *,
            {%- for position in positions %}
                coalesce(
                    exp(log_density_{{ position }} - highest_log_density), 0
                ) as density_{{ position }} {{- ',' if not loop.last }}
            {%- endfor %}
        from highest
    ),

    totals as (
        select
            *,
            nullif(
                {%- for position in positions %}
                    density_{{ position }} {{- ' +' if not loop.last }}
                {%- endfor %},
                0
            ) as total_density
        from densities
    ),

    weights as (
        select
            *,
            {%- for position in positions %}
                density_{{ position }} / total_density as weight_{{ position }}
                {{- ',' if not loop.last }}
            {%- endfor %}
        from totals
    ),

    tops as (
        select
            *,
            greatest(
                {%- for position in positions %}
                    weight_{{ position }} {{- ',' if not loop.last }}
                {%- endfor %}
            ) as weight,
            -- Of equal weights it is 1, of one that is everything 0.
            -1 * (
                {%- for position in positions %}
                    case
                        when weight_{{ position }} > 0
                        then weight_{{ position }} * ln(weight_{{ position }})
                        else 0
                    end {{- ' +' if not loop.last }}
                {%- endfor %}
            )
            / ln(clusters) as entropy
        from weights
    ),

    -- Of equal weights the first.
    top_positions as (
        select
            *,
            case
                {%- for position in positions %}
                    when weight_{{ position }} = weight then {{ position }}
                {%- endfor %}
            end as top_position
        from tops
    ),

    margins as (
        select
            *,
            weight - greatest(
                {%- for position in positions %}
                    case when top_position <> {{ position }} then weight_{{ position }} end
                    {{- ',' if not loop.last }}
                {%- endfor %}
            ) as margin
        from top_positions
    ),

    final as (
        select
            customer_id,
            model_version,
            case
                top_position
                {%- for position in positions %}
                    when {{ position }} then cluster_{{ position }}
                {%- endfor %}
            end as cluster,
            weight,
            margin,
            entropy,
            weight < 0.5 or margin < 0.1 as is_ambiguous,
            {%- for position in positions %}
                cluster_{{ position }}, weight_{{ position }} {{- ',' if not loop.last }}
            {%- endfor %}
        from margins
        where total_density is not null
    )

select *
from final
