-- Facts about the run that a person should know before using its segments.
with
    landing_report as (select * from {{ ref("landing_report") }}),

    orders as (select * from {{ ref("int_orders") }}),

    cut_points as (select * from {{ ref("int_rfm_cut_points") }} where is_in_force),

    profiles as (select * from {{ ref("agg_segment_profiles") }} where segment <> 'hidden'),

    value_back_test as (select * from {{ ref("int_value_back_test") }}),

    value_parameters as (select * from {{ ref("int_value_parameters") }} where period = 'all'),

    score_methods as (select distinct population, score_method from cut_points),

    run_facts as (
        select
            'run' as section,
            'as_of_date' as item,
            cast(as_of_date as string) as detail,
            cast(null as bigint) as item_count
        from {{ ref("as_of") }}
        union all
        select 'run', 'landing', '{{ var("landing") }}', null
        union all
        select 'run', 'reporting_currency', '{{ var("reporting_currency") }}', null
        union all
        -- Readers of customers who draw charts of their own hide smaller groups.
        select
            'run',
            'min_cell_customers',
            'figures of fewer are hidden',
            {{ var("min_cell_customers") }}
        union all
        select
            'run',
            'customer_ids',
            case
                when {{ id_secret() }} = ''
                then 'can be guessed from a list of addresses: set SEGMENTS_ID_SECRET'
                else 'keyed with SEGMENTS_ID_SECRET'
            end,
            null
        union all
        select 'run', 'objections to profiling', 'in no fit, profile or audience', count(*)
        from {{ ref("int_profiling_objections") }}
    ),

    rfm_facts as (
        select
            'rfm' as section,
            case
                when score_methods.population = 'customers'
                then 'score_method'
                else 'score_method of ' || score_methods.population
            end as item,
            score_methods.score_method || case
                when score_methods.score_method <> '{{ var("rfm_score_method") }}'
                then ' instead of {{ var("rfm_score_method") }}: ' || fitness.unfit_reason
                when score_methods.score_method = 'quantile'
                then coalesce(', ' || fitness.doubt, '')
                else ''
            end as detail,
            fitness.buyers as item_count
        from score_methods
        inner join
            {{ ref("int_rfm_fitness") }} as fitness on score_methods.population = fitness.population
    ),

    scores as (
        {% for letter in ["R", "F", "M"] %}
            select population, '{{ letter }}' as letter, {{ letter | lower }}_score as score
            from {{ ref("int_rfm_scores") }}
            where population <> 'prospects' {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    score_sizes as (
        select
            population,
            letter || cast(score as string) as letter_and_score,
            count(*) as buyers,
            sum(count(*)) over (partition by population, letter) as all_buyers
        from scores
        group by population, letter, score
    ),

    -- Such a score tells hardly anything about a buyer.
    crowded_score_facts as (
        select
            'rfm' as section,
            letter_and_score
            || case when population = 'customers' then '' else ' of ' || population end as item,
            {{
                sentence(
                    "{letter_and_score} is the score of {"
                    ~ exact_ratio("100 * buyers", "all_buyers", 0)
                    ~ "} % of the buyers among {population}"
                )
            }} as detail,
            all_buyers as item_count
        from score_sizes
        where
            buyers * 100 > all_buyers * {{ var("rfm_max_score_percent") }}
            and not {{ is_small_cell("all_buyers") }}
    ),

    -- Facts about the fitted models, in use or refused.
    model_facts as (
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
        select 'model', 'next products', message, customers
        from {{ ref("next_product_test") }}
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
    ),

    order_facts as (
        select
            'orders' as section,
            'orders' as item,
            'all that are known' as detail,
            count(*) as item_count
        from orders
        union all
        select 'orders', 'purchases', 'count for value and segments', count(*)
        from orders
        where is_purchase
        union all
        select 'orders', 'anonymous purchases', 'name no customer: in no segment', count(*)
        from orders
        where is_purchase and customer_id is null
    ),

    segmentation_facts as (
        select
            'segmentation' as section,
            segmentation as item,
            cast(count(*) as string)
            || ' segments, unknown: '
            || cast(
                coalesce(sum(case when segment = 'unknown' then customers end), 0) as string
            ) as detail,
            sum(customers) as item_count
        from profiles
        group by segmentation
    ),

    left_out_facts as (
        select
            'left out' as section,
            segmentation as item,
            unavailable_reason as detail,
            cast(null as bigint) as item_count
        from {{ ref("segmentation_availability") }}
        where not is_available
    ),

    -- Every customer is in exactly one RFM segment. Without erasures the fact is left out.
    erased_customers as (
        select coalesce(sum(customers), 0) as customers
        from {{ ref("int_erased_memberships") }}
        where segmentation = 'rfm'
    ),

    history_facts as (
        select distinct
            'erasure' as section,
            'history' as item,
            'customers erased since the previous day' as detail,
            erased_customers.customers as item_count
        from landing_report
        cross join erased_customers
        where landing_report.section = 'erasure'
    ),

    -- Examples describe the sample's business.
    example_facts as (
        {% for kind, seed in {
            "audiences": "audiences",
            "rules": "segment_rules",
            "suppressions": "suppression_rules",
        }.items() %}
            select
                'example' as section,
                '{{ kind }}' as item,
                'none, because those in the seeds are examples for the sample: write your own in '
                || 'business_path, or set use_examples' as detail,
                count(*) as item_count
            from {{ ref(seed) }}
            having count(*) = 0 {{ 'union all' if not loop.last }}
        {% endfor %}
    ),

    warning_facts as (
        select 'warning' as section, gate as item, message as detail, unexpected_count as item_count
        from ({{ checks_of_this_run() }}) as checks
        where not passed
    ),

    final as (
        {%- for facts in [
            "run_facts",
            "rfm_facts",
            "crowded_score_facts",
            "order_facts",
            "model_facts",
            "segmentation_facts",
            "left_out_facts",
            "landing_report",
            "history_facts",
            "example_facts",
            "warning_facts",
        ] %}
            select
                cast(section as string) as section,
                cast(item as string) as item,
                cast(detail as string) as detail,
                cast(item_count as bigint) as item_count
            from {{ facts }} {{ 'union all' if not loop.last }}
        {%- endfor %}
    )

select *
from final
