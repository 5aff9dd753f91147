{#- The rows of a seed are ranges of whole numbers from `first` to `last`, both included: each is
    the right way round and begins right after the one before, so that no number has two or none. -#}
{% test ranges_do_not_overlap(model, first, last) %}
    with
        neighbours as (
            select
                {{ first }},
                {{ last }},
                lag({{ last }}) over (order by {{ first }}) as previous_last
            from {{ model }}
        )

    select *
    from neighbours
    -- An end that is missing is not the right way round either.
    where not coalesce({{ last }} >= {{ first }}, false) or {{ first }} <> previous_last + 1
{% endtest %}
