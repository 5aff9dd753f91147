with
    cells as (select * from {{ ref("published_cells") }}),

    decisions as (select * from {{ ref("cell_decisions") }} where is_hidden),

    final as (
        select
            cells.cell,
            cells.kind,
            cells.market_region,
            cells.country_code,
            cells.region,
            cells.segmentation,
            cells.segment,
            cells.category,
            cells.customers,
            cells.buyers
        from cells
        inner join decisions on cells.cell = decisions.cell
    )

select *
from final
