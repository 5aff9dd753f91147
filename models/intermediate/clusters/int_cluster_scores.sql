-- Weight of each cluster for a buyer: the density of the cluster at the buyer, divided by the sum
-- of all densities. The log density is the log weight of the cluster, minus half the squared
-- distance to the centre in units of the spread; the constant is left out, as only differences
-- count. There are columns for ten clusters; positions beyond the model's have null parameters
-- and no
-- weight. This is one file, because it is one formula, repeated for ten clusters.
{% set features = var("cluster_features") %}
{% set positions = range(1, 11) %}
with
    customers as (
        select
            customer_id,
            {%- for feature in features %}
                cast({{ feature }} as double) as {{ feature }} {{- ',' if not loop.last }}
            {%- endfor %}
        from {{ ref("customer_features") }}
        where lifetime_orders > 0
    ),

    model_rows as (select * from {{ ref("int_cluster_model") }} where is_accepted),

    scales as (
        select
            {%- for feature in features %}
                {%- for parameter in ["low", "high", "is_log", "centre", "scale"] %}
                    max(number) filter (
                        where feature = '{{ feature }}' and parameter = '{{ parameter }}'
                    ) as {{ feature }}_{{ parameter }},
                {%- endfor %}
            {%- endfor %}
            max(model_version) as model_version
        from model_rows
        where part = 'preparation'
    ),

    positions as (
        select cluster, max(number) as position
        from model_rows
        where part = 'cluster' and parameter = 'position'
        group by cluster
    ),

    cluster_parameters as (
        select positions.position, model_rows.*
        from model_rows
        inner join positions on model_rows.cluster = positions.cluster
    ),

    shapes as (
        select
            {%- for position in positions %}
                max(cluster) filter (where position = {{ position }}) as cluster_{{ position }},
                max(number) filter (
                    where
                        position = {{ position }} and part = 'cluster' and parameter = 'log_weight'
                ) as log_weight_{{ position }},
                {%- for feature in features %}
                    {%- for parameter in ["mean", "inverse_deviation"] %}
                        -- An unused feature adds nothing to a distance.
                        coalesce(
                            max(number) filter (
                                where
                                    position = {{ position }}
                                    and part = 'cluster_feature'
                                    and feature = '{{ feature }}'
                                    and parameter = '{{ parameter }}'
                            ),
                            0
                        ) as {{ feature }}_{{ parameter }}_{{ position }},
                    {%- endfor %}
                {%- endfor %}
            {%- endfor %}
            max(position) as clusters
        from cluster_parameters
    ),

    -- One wide row that is joined to every customer: the features are known at compile time, the
    -- model only at run time. It is joined once, because Spark computes a CTE once per reader.
    parameters as (select scales.*, shapes.* from scales cross join shapes),

    comparable_customers as (
        select
            customers.customer_id,
            parameters.*,
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
                ) as comparable_{{ feature }} {{- ',' if not loop.last }}
            {%- endfor %}
        from customers
        cross join parameters
    ),

    log_densities as (
        select
            customer_id,
            clusters,
            {%- for position in positions %}
                cluster_{{ position }},
                -- Multiplied out: power() is several times slower.
                log_weight_{{ position }} - (
                    {%- for feature in features %}
                        {%- set deviation %}
                            ((comparable_{{ feature }} - {{ feature }}_mean_{{ position }})
                            * {{ feature }}_inverse_deviation_{{ position }})
                        {%- endset %}
                        {{ deviation }} * {{ deviation }} {{- ' +' if not loop.last }}
                    {%- endfor %}
                )
                / 2 as log_density_{{ position }} {{- ',' if not loop.last }}
            {%- endfor %}
        from comparable_customers
    ),

    highest as (
        select
            *, greatest(log_density_{{ positions | join(", log_density_") }}) as highest_log_density
        from log_densities
    ),

    -- Relative to the highest density, so that nothing overflows.
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
        select *, nullif(density_{{ positions | join(" + density_") }}, 0) as total_density
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
            greatest(weight_{{ positions | join(", weight_") }}) as weight,
            -- 1 for equal weights, 0 for a single weight.
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

    -- The first of equal weights.
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
