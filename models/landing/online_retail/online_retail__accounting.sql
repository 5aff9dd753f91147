-- Destination of every line of the export, so that no line is lost silently.
with
    cancellations as (select * from {{ ref("online_retail__cancellations") }}),

    lines_with_destination as (
        select
            lines.*,
            case
                when lines.line_kind = 'sale'
                then 'order_lines'
                when cancellations.order_id is not null
                then 'refunds'
                when lines.line_kind <> 'cancellation'
                then 'left out'
                when lines.contact_id is null
                then 'left out: no customer'
                else 'left out: no sale that fits'
            end as destination
        from {{ ref("online_retail__lines") }} as lines
        left join cancellations on lines.line_id = cancellations.cancellation_id
    ),

    final as (
        select
            line_kind,
            destination,
            count(*) as line_count,
            sum(quantity) as units,
            cast(sum(quantity * unit_price) as decimal(18, 2)) as amount
        from lines_with_destination
        group by line_kind, destination
    )

select *
from final
