{{ config(materialized="table") }}
-- The kind of each line. A value that cannot be read becomes null here, so that staging
-- quarantines its row.
{% set service_codes = [
    "POST",
    "DOT",
    "C2",
    "M",
    "D",
    "S",
    "B",
    "BANK CHARGES",
    "AMAZONFEE",
    "CRUK",
] %}
with
    typed_lines as (
        select
            upper(trim(invoiceno)) as invoice_no,
            -- 85123a and 85123A are the same product.
            upper(trim(stockcode)) as stock_code,
            nullif(trim(description), '') as description,
            try_cast(quantity as decimal(18, 3)) as quantity,
            try_cast(unitprice as decimal(18, 4)) as unit_price,
            try_cast(invoicedate as timestamp) as invoiced_at,
            -- Exports through a data frame write 17850.0.
            {{ remove_matches("cast(customerid as string)", "[.]0$") }} as contact_id,
            nullif(trim(country), '') as country
        from {{ ref("online_retail__raw") }}
    ),

    -- The export has no line numbers. These numbers follow the contents of the lines, never their
    -- order; equal lines are interchangeable.
    numbered_lines as (
        select
            *,
            row_number() over (
                partition by invoice_no, stock_code
                order by
                    description nulls last,
                    quantity nulls last,
                    unit_price nulls last,
                    invoiced_at nulls last,
                    contact_id nulls last,
                    country nulls last
            ) as line_number
        from typed_lines
    ),

    lines_with_copies as (
        select
            *,
            row_number() over (
                partition by
                    invoice_no,
                    stock_code,
                    description,
                    quantity,
                    unit_price,
                    invoiced_at,
                    contact_id,
                    country
                order by line_number
            ) as copy_number
        from numbered_lines
    ),

    final as (
        select
            concat_ws('-', invoice_no, stock_code, cast(line_number as string)) as line_id,
            case
                {% if not var("online_retail_keep_duplicates") -%}
                    when copy_number > 1 then 'duplicate'
                {%- endif %}
                when invoice_no like 'A%'
                then 'adjustment'
                when invoice_no like 'C%'
                then 'cancellation'
                -- Write-offs and corrections of the stock, without a buyer.
                when quantity <= 0
                then 'stock_movement'
                else 'sale'
            end as line_kind,
            invoice_no,
            stock_code,
            description,
            quantity,
            unit_price,
            invoiced_at,
            contact_id,
            country,
            stock_code in ('{{ service_codes | join("', '") }}') as is_service
        from lines_with_copies
    )

select *
from final
