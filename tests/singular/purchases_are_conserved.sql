{{ config(meta={"dagster": {"ref": {"name": "int_customer_purchases"}}}) }}
-- Every purchase of the window is in the purchase behaviour of its customer, and every chosen line
-- of such a purchase with a known category is in it.
with
    window_totals as (
        select
            customer_features.customer_id,
            customer_features.window_orders,
            coalesce(purchases.orders, 0) as behaviour_orders
        from {{ ref("customer_features") }} as customer_features
        left join
            {{ ref("int_customer_purchases") }} as purchases
            on customer_features.customer_id = purchases.customer_id
    ),

    lines as (
        select coalesce(sum(order_lines.units), 0) as units
        from {{ ref("int_order_lines") }} as order_lines
        inner join
            ({{ window_purchases() }}) as purchases on order_lines.order_id = purchases.order_id
        where
            not order_lines.is_service
            and order_lines.category is not null
            -- Exchanges and deductions are no choice.
            and order_lines.units > 0
            and order_lines.gross_amount >= 0
            {{ 'and not order_lines.is_returned' if var('order_value_after_refunds') }}
    ),

    window_lines as (
        select coalesce(sum(net_amount), 0) as net_amount
        from {{ ref("int_window_lines") }}
        where category is not null
    ),

    category_totals as (
        select coalesce(sum(units), 0) as units, coalesce(sum(net_amount), 0) as net_amount
        from {{ ref("int_customer_categories") }}
    )

select 'purchases of a customer were lost or multiplied' as problem
from window_totals
where window_orders <> behaviour_orders
union all
select 'units of the lines are not those of the categories'
from lines
cross join category_totals
where lines.units <> category_totals.units
union all
select 'money of the lines is not that of the categories'
from window_lines
cross join category_totals
where window_lines.net_amount <> category_totals.net_amount
