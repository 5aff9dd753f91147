-- Every cell of the published aggregates that show money, beside the customers whose amounts
-- nobody may calculate: everybody in a small cell, and a random sample of others. If the amounts
-- of a part of the customers stay unknown, the amounts of all do. If too many customers are in
-- small cells, nobody is listed, and subtraction is tried only within groups of cells.
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

    counted_cells as (
        select
            {{ keys | join(", ") }},
            count(*) as customers,
            count(*) filter (where is_buyer) as buyers
        from members
        group by {{ keys | join(", ") }}
    ),

    cells as (
        select
            *,
            row_number() over (
                order by
                    {% for key in keys %}
                        {{ key }} asc nulls last {{- ', ' if not loop.last }}
                    {% endfor %}
            ) as cell
        from counted_cells
    ),

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
            {%- for key in keys %} cells.{{ key }}, {%- endfor %}
            cells.customers,
            cells.buyers,
            members_of_people.customer_id,
            members_of_people.is_buyer
        from cells
        left join
            members_of_people
            on {% for key in keys -%}
                cells.{{ key }} is not distinct from members_of_people.{{ key }}
                {{ 'and ' if not loop.last }}
            {%- endfor %}
    )

select *
from final
