{{ config(materialized="view") }}
-- Whose amounts are tried to tell apart: everybody in a small cell, and others by chance. What the
-- amounts of some people leave open, the amounts of all leave open. Nobody where more people are in
-- small cells than can be calculated with: subtraction is then tried within groups of cells.
{%- set keys = [
    "kind",
    "market_region",
    "country_code",
    "region",
    "segmentation",
    "segment",
    "category",
] %}
{%- set others = 5000 %}
{%- set most_people = 20000 %}
with
    members as (select * from {{ ref("cell_members") }}),

    cells as (select * from {{ ref("published_cells") }}),

    people_of_small_cells as (
        select distinct members.customer_id
        from members
        inner join
            cells
            on {% for key in keys -%}
                members.{{ key }} is not distinct from cells.{{ key }} {{ 'and ' if not loop.last }}
            {%- endfor %}
        where {{ is_small_cell("cells.customers", "cells.buyers") }}
    ),

    counts as (select count(*) as people from people_of_small_cells),

    other_people as (
        select
            features.customer_id,
            row_number() over (
                order by md5(features.customer_id), features.customer_id
            ) as draw_rank
        from {{ ref("customer_features") }} as features
        left join people_of_small_cells on features.customer_id = people_of_small_cells.customer_id
        where people_of_small_cells.customer_id is null
    ),

    people as (
        select people_of_small_cells.customer_id
        from people_of_small_cells
        cross join counts
        where counts.people <= {{ most_people }}
        union all
        select other_people.customer_id
        from other_people
        cross join counts
        where other_people.draw_rank <= {{ others }} and counts.people <= {{ most_people }}
    ),

    members_of_people as (
        select members.* from members inner join people on members.customer_id = people.customer_id
    ),

    final as (
        select
            cells.cell,
            members_of_people.customer_id,
            members_of_people.category,
            members_of_people.is_buyer
        from members_of_people
        inner join
            cells
            on {% for key in keys -%}
                members_of_people.{{ key }} is not distinct from cells.{{ key }}
                {{ 'and ' if not loop.last }}
            {%- endfor %}
    )

select *
from final
