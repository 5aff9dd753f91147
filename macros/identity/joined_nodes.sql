{#- The last CTEs of connected_components, without the nodes with one neighbour: `joined_nodes`
    has each node of the stars with its centre, and whether the component is complete. -#}
{%- macro joined_nodes(stars) -%}
    star_members as (
        select distinct
            case when link_ends.end_no = 0 then {{ stars }}.node else {{ stars }}.other end as node,
            {{ stars }}.other as centre
        from {{ stars }}
        cross join link_ends
    ),

    -- If a node is in two stars, or is a centre and in another star, both are incomplete.
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
