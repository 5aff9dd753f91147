-- Orders need the amounts and the faults of their lines before stg_shop__order_lines, which needs
-- the orders.
with
    dated_rows as (
        select landed.*, as_of.as_of_date
        from {{ landing("order_lines") }} as landed
        cross join {{ ref("as_of") }} as as_of
    ),

    checked_rows as (
        select *, {{ first_broken_rule(order_line_rules()) }} as quarantine_reason from dated_rows
    ),

    {{ with_exclusion("order_lines", "checked_rows", key="order_line_id") }}

select *
from classified_rows
