{#- Rows of a seed with the same `of` are ranges that begin at `first` and end before `below`. Each
    begins at the end of the range before, so every number has one range. Only the last may be open.
    -#}
{% test ranges_do_not_overlap(model, first, below, of) %}
    with
        neighbours as (
            select
                {{ of }},
                {{ first }},
                {{ below }},
                lead({{ first }}) over (partition by {{ of }} order by {{ first }}) as next_first
            from {{ model }}
        )

    select *
    from neighbours
    where
        {{ first }} is null
        or not coalesce({{ first }} < {{ below }}, next_first is null)
        or {{ below }} <> next_first
{% endtest %}
