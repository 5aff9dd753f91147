-- If prices hold the tax, the share of it is taken out of all amounts of goods.
with
    line_discounts as (
        select order_id, sum(line_discount) as line_discounts
        from {{ ref("shopify__lines") }}
        group by order_id
    ),

    orders as (
        select
            *,
            lower(coalesce(taxes_included, 'false')) in ('true', 't', '1') as prices_hold_tax,
            {{ is_marked_as_deleted(["_fivetran_deleted"]) }} as is_deleted,
            {% for column in [
                "total_line_items_price",
                "total_discounts",
                "total_tax",
                "subtotal_price",
                "total_price",
            ] %}
                coalesce({{ safe_cast_text(column, "decimal(18,2)") }}, 0) as {{ column }}_money
                {{ "," if not loop.last }}
            {% endfor %}
        from {{ ref("shopify__raw_orders") }}
    ),

    final as (
        select
            orders.*,
            coalesce(line_discounts.line_discounts, 0) as line_discounts,
            case
                when prices_hold_tax and subtotal_price_money > total_tax_money
                then (subtotal_price_money - total_tax_money) / subtotal_price_money
                else 1
            end as price_share,
            -- The rest of the charge is shipping.
            greatest(
                total_price_money
                - subtotal_price_money
                - case when prices_hold_tax then 0 else total_tax_money end,
                0
            ) as shipping_money
        from orders
        left join line_discounts on orders.id = line_discounts.order_id
    )

select *
from final
