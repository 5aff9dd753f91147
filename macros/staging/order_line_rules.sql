{#- Rules that a landed order line must meet by itself, whatever its order. A negative quantity or
    price is an exchange or a deduction, and lowers the amount of the order. -#}
{%- macro order_line_rules() -%}
    {{
        return(
            {
                "order_line_id is missing": "order_line_id is null",
                "order_id is missing": "order_id is null",
                "quantity is missing": "quantity is null",
                "unit_price is missing": "unit_price is null",
                "discount_amount is negative": "discount_amount < 0",
                "discount_amount is above the amount of the line": (
                    "discount_amount > greatest(0, cast(quantity as decimal(19, 3)) * unit_price) + 0.01"
                ),
            }
        )
    }}
{%- endmacro -%}
