{{ config(meta={"dagster": {"ref": {"name": "int_order_lines"}}}) }}
-- No join between staged lines or refunds and orders multiplies or loses a line, a unit or a cent.
with
    staged_lines as (
        select
            count(*) as lines,
            count(*) filter (where quantity > 0 and unit_price >= 0) as sold_lines,
            coalesce(sum(quantity) filter (where unit_price >= 0), 0) as units,
            coalesce(sum(cast(quantity as decimal(19, 3)) * unit_price), 0) as gross_amount,
            coalesce(sum(discount_amount), 0) as discount_amount
        from {{ accepted_rows("stg_shop__order_lines") }}
    ),

    kept_lines as (
        select
            count(*) as lines,
            coalesce(sum(units), 0) as units,
            coalesce(sum(gross_amount), 0) as gross_amount,
            coalesce(sum(discount_amount), 0) as discount_amount,
            coalesce(sum(refund_amount), 0) as refund_amount
        from {{ ref("int_order_lines") }}
    ),

    orders as (select * from {{ ref("int_orders") }}),

    order_totals as (
        select coalesce(sum(line_count), 0) as lines, coalesce(sum(units), 0) as units from orders
    ),

    refunds as (select * from {{ accepted_rows("stg_shop__refunds") }}),

    staged_line_refunds as (
        select coalesce(sum(refunds.amount), 0) as refund_amount
        from refunds
        inner join
            {{ accepted_rows("stg_shop__order_lines") }} as order_lines
            on refunds.order_id = order_lines.order_id
            and refunds.order_line_id = order_lines.order_line_id
    ),

    order_refunds as (select order_id, sum(amount) as refund_amount from refunds group by order_id)

select 'a line was lost, multiplied or changed' as problem
from staged_lines
cross join kept_lines
where
    staged_lines.lines <> kept_lines.lines
    or staged_lines.units <> kept_lines.units
    or staged_lines.gross_amount <> kept_lines.gross_amount
    or staged_lines.discount_amount <> kept_lines.discount_amount
union all
select 'the lines of the orders are not all lines that sell something'
from staged_lines
cross join order_totals
where staged_lines.sold_lines <> order_totals.lines or staged_lines.units <> order_totals.units
union all
select 'a refund of a line was lost or multiplied'
from staged_line_refunds
cross join kept_lines
where staged_line_refunds.refund_amount <> kept_lines.refund_amount
union all
-- In the reporting currency, without conversion.
select 'a refund of an order was lost or multiplied'
from orders
left join order_refunds on orders.order_id = order_refunds.order_id
where orders.exchange_rate = 1 and orders.refund_amount <> coalesce(order_refunds.refund_amount, 0)
