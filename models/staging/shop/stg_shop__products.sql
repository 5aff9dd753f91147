with
    -- Products name nobody: they do not depend on erasures.
    landed as (select * from {{ landing("products", with_erased=true) }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "products",
                    {
                        "currency": currency_code("landed.currency"),
                    },
                    relation="landed",
                )
            }},
            landed.type_error,
            landed.unread_shape,
            as_of.as_of_date
        from landed
        cross join {{ ref("as_of") }} as as_of
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "product_id is missing": "product_id is null",
                        "list_price is negative": "list_price < 0",
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{ with_exclusion("products", "checked_rows", key="product_id", version="updated_at") }}

select *
from classified_rows
