{#- The CTEs that put the ends of links into connected components; the last of them, `components`,
    has node, component, joins_others (the node has several neighbours) and is_complete.
    `links` is a CTE with the columns node and other, of one type that can be compared.

    A node with one neighbour belongs where that neighbour does. The others go through rounds of
    large star (everything larger than a node is linked to the smallest around it) and small star
    (everything smaller, too) until each component is a star around its smallest node; no round adds
    a row. The worst of thousands of numberings of a path of 2^n nodes took n + 1 rounds; there is
    one more, so that a component of up to max_size joining nodes is complete, and the caller is
    told when one is not. Each round reads the one before once: Spark writes a CTE out wherever it
    is read. -#}
{%- macro connected_components(links, max_size) -%}
    {%- set rounds = [1, 2] -%}
    {%- for power in range(1, 40) if 2**power < max_size * 2 -%}
        {%- do rounds.append(power + 2) -%}
    {%- endfor -%}
    link_ends as (
        select 0 as end_no
        union all
        select 1 as end_no
    ),

    distinct_links as (
        select distinct greatest(node, other) as node, least(node, other) as other
        from {{ links }}
        where node <> other
    ),

    turned_links as ({{ turned("distinct_links") }}),

    neighbours as (
        select
            *,
            count(*) over (partition by node) as node_neighbours,
            count(*) over (partition by other) as other_neighbours
        from turned_links
    ),

    stars_0 as (
        select node, other
        from neighbours
        where node > other and node_neighbours > 1 and other_neighbours > 1
    ),

    {%- for number in rounds %}
        turned_{{ number }} as ({{ turned("stars_" ~ (number - 1)) }}),

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
        ),
    {%- endfor %}

    last_stars as (select node, other from stars_{{ rounds | length }}),

    star_members as (
        select distinct
            case when link_ends.end_no = 0 then last_stars.node else last_stars.other end as node,
            last_stars.other as centre
        from last_stars
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
    ),

    anchored_nodes as (
        select distinct
            node,
            node_neighbours > 1 as joins_others,
            case
                when node_neighbours > 1
                then node
                when other_neighbours > 1
                then other
                else least(node, other)
            end as anchor
        from neighbours
    ),

    components as (
        select
            anchored_nodes.node,
            coalesce(joined_nodes.component, anchored_nodes.anchor) as component,
            anchored_nodes.joins_others,
            coalesce(joined_nodes.is_complete, true) as is_complete
        from anchored_nodes
        left join joined_nodes on anchored_nodes.anchor = joined_nodes.node
    )
{%- endmacro -%}

{#- Every link in both directions. -#}
{%- macro turned(links) -%}
    select
        case when link_ends.end_no = 0 then {{ links }}.node else {{ links }}.other end as node,
        case when link_ends.end_no = 0 then {{ links }}.other else {{ links }}.node end as other
    from {{ links }}
    cross join link_ends
{%- endmacro -%}
