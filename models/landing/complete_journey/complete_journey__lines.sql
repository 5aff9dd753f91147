{{ config(materialized="table") }}
-- The kind of each line of a basket. A value that cannot be read becomes null here, so that
-- staging quarantines its row.
with
    products as (select * from {{ ref("complete_journey__products") }}),

    typed_lines as (
        select
            cast(basket_id as string) as basket_id,
            cast(product_id as string) as product_id,
            cast(household_id as string) as household_id,
            cast(store_id as string) as store_id,
            try_cast(transaction_timestamp as timestamp) as bought_at,
            try_cast(quantity as decimal(18, 3)) as export_quantity,
            try_cast(sales_value as decimal(18, 2)) as sales_value,
            -- The shop's own discount and its match of a manufacturer's coupon.
            coalesce(try_cast(retail_disc as decimal(18, 2)), 0)
            + coalesce(try_cast(coupon_match_disc as decimal(18, 2)), 0) as shop_discount
        from {{ ref("complete_journey__raw_transactions") }}
    ),

    lines_with_kind as (
        select
            typed_lines.*,
            case
                when typed_lines.export_quantity = 0 and typed_lines.sales_value = 0
                then 'no_sale'
                when typed_lines.export_quantity = 0
                then 'amount_without_units'
                else 'sale'
            end as line_kind,
            -- Most fuel is in thousandths of a gallon, a fifth of a cent each; the rest is counted
            -- in sales.
            coalesce(
                products.subcategory = 'GASOLINE-REG UNLEADED'
                and typed_lines.sales_value + typed_lines.shop_discount
                < typed_lines.export_quantity * 0.01,
                false
            ) as is_in_thousandths
        from typed_lines
        left join products on typed_lines.product_id = products.product_id
    ),

    final as (
        select
            basket_id || '-' || product_id as line_id,
            line_kind,
            basket_id,
            product_id,
            household_id,
            store_id,
            bought_at,
            cast(
                case
                    when is_in_thousandths then export_quantity * 0.001 else export_quantity
                end as decimal(18, 3)
            ) as quantity,
            cast(
                case
                    when line_kind = 'sale'
                    then sales_value + shop_discount
                    when line_kind = 'amount_without_units'
                    then sales_value
                    else 0
                end as decimal(18, 2)
            ) as gross_amount,
            cast(
                case when line_kind = 'sale' then shop_discount else 0 end as decimal(18, 2)
            ) as discount_amount
        from lines_with_kind
    )

select *
from final
