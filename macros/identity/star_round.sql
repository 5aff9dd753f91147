{#- The CTEs of one round of connected_components: large star, then small star. The last of them is
    `stars_` with the number of the round. -#}
{%- macro star_round(stars, number) -%}
    turned_{{ number }} as ({{ turned(stars) }}),

    smallest_{{ number }} as (
        select node, other, least(node, min(other) over (partition by node)) as smallest
        from turned_{{ number }}
    ),

    large_star_{{ number }} as (
        select other as node, smallest as other from smallest_{{ number }} where other > node
    ),

    smallest_of_smaller_{{ number }} as (
        select node, other, min(other) over (partition by node) as smallest
        from large_star_{{ number }}
    ),

    stars_{{ number }} as {{ materialized() }} (
        select case when other = smallest then node else other end as node, smallest as other
        from smallest_of_smaller_{{ number }}
    )
{%- endmacro -%}
