{#- Rules that a landed order line must meet by itself, whatever its order. A negative quantity or
    price is an exchange or a deduction, and lowers the amount of the order. A price of four decimals
    is off by half of the last one for each unit. -#}
{%- macro order_line_rules() -%}
    {%- set amount = "cast(quantity as decimal(19, 3)) * unit_price" -%}
    {{
        return(
            {
                "order_line_id is missing": "order_line_id is null",
                "order_id is missing": "order_id is null",
                "quantity is missing": "quantity is null",
                "unit_price is missing": "unit_price is null",
                "quantity times unit_price is above "
                ~ largest_amount(): "abs("
                ~ amount
                ~ ") > "
                ~ largest_amount(),
                "discount_amount is negative": "discount_amount < 0",
                "discount_amount is above the amount of the line": (
                    "discount_amount > greatest(0, "
                    ~ amount
                    ~ ") + 0.01 + 0.0001 * abs(quantity)"
                ),
            }
        )
    }}
{%- endmacro -%}

{#- The contract's maximum for the amount of an order. -#}
{%- macro largest_amount() -%}
    {%- for column in contract_columns("orders") if column.name == "gross_amount" -%}
        {{ return(column.maximum) }}
    {%- endfor -%}
    {{ return("null") }}
{%- endmacro -%}
