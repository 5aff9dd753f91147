-- Refunds of the whole order or one line, 3 to 30 days after the order.
create table repayments as
with refunded as (
    select
        *, chance('refund size', order_no) < 0.35 as is_whole,
        ordered_at + seconds(86400 * (3 + 27 * chance('refund day', order_no))) as refunded_at,
    from sales
    where
        (status = 'fulfilled' or status is null)
        and chance('refund', order_no) < case when returns_often then 0.5 else 0.05 end
),

final as (
    select
        row_number() over (order by refunded.order_no) as refund_no, refunded.order_no,
        refunded.refunded_at, refunded.is_whole, order_items.line_no,
        refunded.gross_amount - refunded.line_discounts - refunded.discount_amount
            as order_amount,
        cast(
            round(order_items.quantity * order_items.unit_price, 2) as decimal(18, 2)
        ) - order_items.discount_amount as line_amount,
    from refunded
    inner join order_items on refunded.order_no = order_items.order_no and order_items.line_no = 1
    where refunded.refunded_at <= period_end()
)

select * from final;

create view landing.refunds as
with soiled as (
    select *, dirt_by_stride(['orphan', 'duplicate'], refund_no + 100, 149) as dirt,
    from repayments
),

copied as (
    select *, unnest(copies(dirt, ['orphan', 'duplicate'])) as copy_no
    from soiled
),

final as (
    select
        case
            when copy_no = 1 and dirt = 'orphan' then printf('R%dB', order_no)
            else printf('R%d', order_no)
        end as refund_id,
        refunded_at,
        case
            when copy_no = 1 and dirt = 'orphan' then printf('O%dX', order_no)
            else printf('O%d', order_no)
        end as order_id,
        case when not is_whole then printf('OL%d-%d', order_no, line_no) end as order_line_id,
        case when is_whole then order_amount else least(line_amount, order_amount) end as amount,
        order_no * 2 + copy_no as sort_key,
    from copied
)

select * from final;
