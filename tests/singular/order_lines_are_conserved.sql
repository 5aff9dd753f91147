{{ config(meta={"dagster": {"ref": {"name": "int_order_lines"}}}) }}
-- No join multiplies or loses a line, a unit or a cent on the way from the staged lines and refunds
-- to the orders.
with
    staged_lines as (
        select
            count(*) as lines,
            coalesce(sum(quantity), 0) as units,
            coalesce(sum(cast(quantity as decimal(19, 3)) * unit_price), 0) as gross_amount,
            coalesce(sum(discount_amount), 0) as discount_amount
        from {{ accepted_rows("stg_shop__order_lines") }}
    ),

    kept_lines as (
        select
            count(*) as lines,
            coalesce(sum(units), 0) as units,
            coalesce(sum(gross_amount), 0) as gross_amount,
            coalesce(sum(discount_amount), 0) as discount_amount
        from {{ ref("int_order_lines") }}
    ),

    orders as (
        select coalesce(sum(line_count), 0) as lines, coalesce(sum(units), 0) as units
        from {{ ref("int_orders") }}
    ),

    staged_refunds as (
        select coalesce(sum(amount), 0) as refund_amount
        from {{ accepted_rows("stg_shop__refunds") }}
    ),

    kept_refunds as (
        select coalesce(sum(refund_amount), 0) as refund_amount from {{ ref("int_order_refunds") }}
    )

select 'a line was lost, multiplied or changed' as problem
from staged_lines
cross join kept_lines
where
    staged_lines.lines <> kept_lines.lines
    or staged_lines.units <> kept_lines.units
    or staged_lines.gross_amount <> kept_lines.gross_amount
    or staged_lines.discount_amount <> kept_lines.discount_amount
union all
select 'the lines of the orders are not all lines'
from staged_lines
cross join orders
where staged_lines.lines <> orders.lines or staged_lines.units <> orders.units
union all
select 'a refund was lost or multiplied'
from staged_refunds
cross join kept_refunds
where staged_refunds.refund_amount <> kept_refunds.refund_amount
