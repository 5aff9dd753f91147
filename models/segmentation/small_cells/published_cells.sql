-- Every cell of the published aggregates that show money, and how many people its money is of.
{%- set keys = "kind, market_region, country_code, region, segmentation, segment, category" %}
with
    members as (select * from {{ ref("cell_members") }}),

    counted_cells as (
        select {{ keys }}, count(*) as customers, count(*) filter (where is_buyer) as buyers
        from members
        group by {{ keys }}
    ),

    final as (
        select
            row_number() over (
                order by
                    kind asc,
                    market_region asc nulls last,
                    country_code asc nulls last,
                    region asc nulls last,
                    segmentation asc nulls last,
                    segment asc nulls last,
                    category asc nulls last
            ) as cell,
            {{ keys }},
            customers,
            buyers
        from counted_cells
    )

select *
from final
