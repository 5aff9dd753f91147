{#- The rows of a table that the next run remembers: those of this run, but of a replay those that the last
    run remembered, so that what is known of later days stays - but not of customers who
    object to profiling. -#}
{%- macro kept_in_replays(model, last_model, columns) -%}
    with
        todays_rows as (select * from {{ ref(model) }}),

        last_rows as (
            select last_rows.*
            from {{ ref(last_model) }} as last_rows
            {%- if "customer_id" in columns %}
                left join
                    {{ ref("int_profiling_objections") }} as objections
                    on last_rows.customer_id = objections.customer_id
                where objections.customer_id is null
            {%- endif %}
        ),

        run_day as (select is_replay from {{ ref("int_run_day") }}),

        final as (
            select
                {% for column in columns %}
                    todays_rows.{{ column }} {{- "," if not loop.last }}
                {% endfor %}
            from todays_rows
            cross join run_day
            where not run_day.is_replay
            union all
            select
                {% for column in columns %}
                    last_rows.{{ column }} {{- "," if not loop.last }}
                {% endfor %}
            from last_rows
            cross join run_day
            where run_day.is_replay
        )

    select *
    from final
{%- endmacro -%}
