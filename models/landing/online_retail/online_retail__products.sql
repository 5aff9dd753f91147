-- A description is free text and sometimes a note about the stock ("damaged"): the name is the
-- most frequent description on invoice lines.
with
    lines as (select * from {{ ref("online_retail__lines") }} where line_kind <> 'duplicate'),

    description_counts as (
        select
            stock_code,
            description,
            is_service,
            count(*) filter (
                where line_kind <> 'stock_movement' and description is not null
            ) as invoice_lines
        from lines
        group by stock_code, description, is_service
    ),

    ranked_descriptions as (
        select
            *,
            row_number() over (
                partition by stock_code order by invoice_lines desc, description nulls last
            ) as description_rank
        from description_counts
    ),

    final as (
        select
            stock_code as product_id,
            case when invoice_lines > 0 then description end as product_name,
            is_service
        from ranked_descriptions
        where description_rank = 1
    )

select *
from final
