{#- The last CTEs of connected_components but the nodes with one neighbour: `joined_nodes` has every
    node of the stars with its centre, and whether they are complete. -#}
{%- macro joined_nodes(stars) -%}
    star_members as (
        select distinct
            case when link_ends.end_no = 0 then {{ stars }}.node else {{ stars }}.other end as node,
            {{ stars }}.other as centre
        from {{ stars }}
        cross join link_ends
    ),

    -- A node of two stars, or the centre of one that belongs to another, tears both.
    checked_members as (
        select
            *,
            min(centre) over (partition by node) < max(centre) over (partition by node) as is_torn
        from star_members
    ),

    checked_stars as (
        select
            node,
            centre,
            max(case when is_torn then 1 else 0 end) over (partition by centre) as torn
        from checked_members
    ),

    joined_nodes as (
        select node, min(centre) as component, max(torn) = 0 as is_complete
        from checked_stars
        group by node
    )
{%- endmacro -%}
