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

    {{ with_exclusion("order_lines", "checked_rows", key="order_line_id") }},

    final as (
        select
            order_id,
            count(*) filter (where excluded_as is null) as usable_lines,
            count(*) filter (where excluded_as = 'quarantined') as quarantined_lines,
            cast(
                round(
                    sum(cast(quantity as decimal(19, 3)) * unit_price) filter (
                        where excluded_as is null
                    ),
                    2
                ) as decimal(38, 2)
            ) as gross_amount,
            cast(
                coalesce(sum(discount_amount) filter (where excluded_as is null), 0) as decimal(
                    38, 2
                )
            ) as discount_amount
        from classified_rows
        where order_id is not null and coalesce(excluded_as, 'quarantined') = 'quarantined'
        group by order_id
    )

select *
from final
