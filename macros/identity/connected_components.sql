{#- The CTEs that put the ends of links into connected components. The last of them, `components`,
    has node, component, joins_others (the node has several neighbours) and is_complete.
    `links` is a CTE with the columns node and other, of one comparable type.

    A node with one neighbour belongs to the component of that neighbour. The others go through
    rounds of large star (larger neighbours are linked to the smallest one) and small star (smaller
    neighbours, too) until each component is a star around its smallest node. No round adds a row.
    In thousands of random numberings, a path of 2^n nodes took at most n + 1 rounds. One round is
    added, so that a component of up to max_size joining nodes is complete; if one is not,
    is_complete is false. Each round reads the previous one once, because Spark computes a CTE once
    per reader. -#}
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

    {%- for number in rounds %} {{ star_round("stars_" ~ (number - 1), number) }}, {%- endfor %}

    {{ joined_nodes("stars_" ~ (rounds | length)) }},

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
