-- The first row of an order has its amounts and its first line; other rows have one line each,
-- with the Name, Email and Created at of the order.
with
    typed_rows as (
        select
            *,
            total is not null as is_order,
            max(id) over (partition by name) as shop_id,
            {% for column in [
                "subtotal",
                "shipping",
                "taxes",
                "total",
                "discount_amount",
                "refunded_amount",
                "lineitem_discount",
            ] %}
                {{ safe_cast_text(column, "decimal(18,2)") }} as {{ column }}_money,
            {% endfor %}
            {{ safe_cast_text("lineitem_price", "decimal(18,4)") }} as line_price
        from {{ ref("shopify_csv__raw_orders") }}
    ),

    rows_with_tax as (
        select
            *,
            coalesce(shop_id, name) as order_id,
            -- Shopify does not say whether prices hold the tax: they do if the total is complete
            -- without it.
            case
                when
                    taxes_money > 0
                    and subtotal_money > taxes_money
                    and total_money < subtotal_money + coalesce(shipping_money, 0) + taxes_money
                then (subtotal_money - taxes_money) / subtotal_money
                else 1
            end as share_without_tax
        from typed_rows
    ),

    final as (
        select
            *,
            min(case when is_order then share_without_tax end) over (
                partition by order_id
            ) as price_share,
            sum(coalesce(lineitem_discount_money, 0)) over (
                partition by order_id
            ) as line_discounts,
            -- Lines have no key. Their contents number them, so that the order of rows does not
            -- matter.
            row_number() over (
                partition by order_id
                order by
                    lineitem_sku nulls last,
                    lineitem_name nulls last,
                    lineitem_price nulls last,
                    lineitem_quantity nulls last,
                    lineitem_discount nulls last,
                    is_order
            ) as line_number
        from rows_with_tax
    )

select *
from final
