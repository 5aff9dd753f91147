{{ config(materialized="table") }}
-- The export does not link a cancellation to its sale. The sale is the customer's latest earlier
-- one of the same stock code at the same price with enough units. A sale never gets more units
-- back than it sold. Later rows never change an earlier match.
with
    lines as (select * from {{ ref("online_retail__lines") }}),

    cancellations as (select * from lines where line_kind = 'cancellation'),

    sales as (select * from lines where line_kind = 'sale'),

    earlier_sales as (
        select
            cancellations.line_id as cancellation_id,
            cancellations.invoiced_at as cancelled_at,
            - cancellations.quantity as returned_units,
            sales.line_id as sale_id,
            sales.invoice_no as sale_invoice_no,
            sales.quantity as sold_units,
            row_number() over (
                partition by cancellations.line_id
                order by sales.invoiced_at desc, sales.line_id desc
            ) as sale_rank
        from cancellations
        inner join
            sales
            on cancellations.contact_id = sales.contact_id
            and cancellations.stock_code = sales.stock_code
            and cancellations.unit_price = sales.unit_price
            and cancellations.invoiced_at >= sales.invoiced_at
            and - cancellations.quantity between 0 and sales.quantity
    ),

    latest_sales as (
        select
            *,
            sum(returned_units) over (
                partition by sale_id
                order by cancelled_at, cancellation_id
                rows between unbounded preceding and current row
            ) as returned_units_so_far
        from earlier_sales
        where sale_rank = 1
    ),

    final as (
        select
            cancellations.line_id as cancellation_id,
            cancellations.invoiced_at as cancelled_at,
            - cancellations.quantity as quantity,
            cast(
                round(- cancellations.quantity * cancellations.unit_price, 2) as decimal(18, 2)
            ) as amount,
            cancellations.contact_id,
            cancellations.stock_code,
            latest_sales.sale_invoice_no as order_id,
            latest_sales.sale_id as order_line_id
        from cancellations
        left join
            latest_sales
            on cancellations.line_id = latest_sales.cancellation_id
            and latest_sales.returned_units_so_far <= latest_sales.sold_units
    )

select *
from final
