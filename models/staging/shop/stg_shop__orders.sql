-- Status and amount decide whether an order is a purchase. An order without gross_amount is worth
-- its lines, or what was charged without tax and shipping. If one of these lines is quarantined, so
-- is the order, because its amount is incomplete. Lines may be rounded to the cent one by one.
{% set cents_of_rounding = "0.01 * greatest(usable_lines, 1)" %}
{#- A discount of the order that equals those of its lines is the same one, unless both are off the
    total. -#}
{% set own_discount -%}
    case
        when
            landed.discount_amount = lines.discount_amount
            and coalesce(
                landed.total_amount
                > coalesce(landed.gross_amount, lines.gross_amount)
                - 2 * landed.discount_amount
                + coalesce(landed.tax_amount, 0)
                + coalesce(landed.shipping_amount, 0)
                + 0.01 * lines.usable_lines,
                true
            )
        then 0
        else landed.discount_amount
    end
{%- endset %}
with
    landed as (select * from {{ with_meanings("orders") }}),

    country_names as (select * from {{ ref("reference_country_names") }}),

    countries as (select * from {{ ref("reference_countries") }}),

    lines as (
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
                sum(discount_amount) filter (where excluded_as is null) as decimal(38, 2)
            ) as discount_amount
        from {{ ref("checked_order_lines") }}
        where order_id is not null
        group by order_id
    ),

    -- Some exports have a row per line and give the order once. The other rows leave columns blank;
    -- they are duplicates of the fullest row.
    repeated_ids as (
        select order_id from landed where type_error is null group by order_id having count(*) > 1
    ),

    orders_over_rows as (
        select landed.order_id, max({{ filled_columns("orders", "landed") }}) as filled_columns
        from landed
        inner join repeated_ids on landed.order_id = repeated_ids.order_id
        where landed.type_error is null
        group by landed.order_id
        having
            {% for column in contract_columns("orders") -%}
                coalesce(
                    min(cast(landed.{{ column.name }} as string))
                    = max(cast(landed.{{ column.name }} as string)),
                    true
                )
                and
            {% endfor -%}
            max(
                {{ filled_columns("orders", "landed") }}
            ) = {% for column in contract_columns("orders") -%}
                case when max(cast(landed.{{ column.name }} as string)) is null then 0 else 1 end
                {{ "+" if not loop.last }}
            {% endfor -%}
    ),

    normalised_rows as (
        select
            {{
                columns_with(
                    "orders",
                    {
                        "status": "case when landed.status_word is null then 'placed' else landed.status end",
                        "email": normalised_email("landed.email"),
                        "phone": normalised_phone("landed.phone", "countries"),
                        "currency": currency_code("landed.currency"),
                        "discount_amount": own_discount,
                        "channel": (
                            "coalesce(landed.channel, "
                            ~ "case when landed.store_id is not null then 'store' end)"
                        ),
                        "billing_country": "billing_names.country_code",
                        "shipping_country": "shipping_names.country_code",
                    },
                    relation="landed",
                )
            }},
            landed.type_error,
            landed.unread_shape,
            as_of.as_of_date,
            as_of.horizon_date,
            case
                when {{ currency_code("landed.currency") }} = '{{ var("reporting_currency") }}'
                then 1
                else exchange_rates.rate
            end as exchange_rate,
            coalesce(
                landed.gross_amount,
                case when coalesce(lines.quarantined_lines, 0) = 0 then lines.gross_amount end
            ) as goods_amount,
            -- The sum of implausible amounts, whose rows are rejected, would be too large.
            case
                when landed.type_error is null
                then coalesce(landed.tax_amount, 0) + coalesce(landed.shipping_amount, 0)
            end as tax_and_shipping,
            coalesce(lines.discount_amount, 0) as lines_discount,
            coalesce(lines.usable_lines, 0) as usable_lines,
            coalesce(lines.quarantined_lines, 0) as quarantined_lines,
            landed.type_error is null
            and {{ filled_columns("orders", "landed") }}
            < orders_over_rows.filled_columns as is_blank_repeat
        from landed
        left join orders_over_rows on landed.order_id = orders_over_rows.order_id
        cross join {{ ref("as_of") }} as as_of
        left join lines on landed.order_id = lines.order_id
        left join
            country_names as billing_names on billing_names.alias = lower(landed.billing_country)
        left join
            country_names as shipping_names on shipping_names.alias = lower(landed.shipping_country)
        left join countries on billing_names.country_code = countries.country_code
        left join
            {{ accepted_rows("stg_shop__exchange_rates") }} as exchange_rates
            on exchange_rates.to_currency = '{{ var("reporting_currency") }}'
            and exchange_rates.from_currency = upper(landed.currency)
            and landed.ordered_at >= exchange_rates.valid_from
            and landed.ordered_at < exchange_rates.valid_until
    ),

    valued_rows as (
        select
            {{
                columns_with(
                    "orders",
                    {
                        "gross_amount": (
                            "cast(coalesce(goods_amount, total_amount + lines_discount "
                            ~ "+ coalesce(discount_amount, 0) - tax_and_shipping) as decimal(18, 2))"
                        ),
                    },
                )
            }},
            type_error,
            unread_shape,
            as_of_date,
            horizon_date,
            exchange_rate,
            usable_lines,
            quarantined_lines,
            is_blank_repeat,
            lines_discount + coalesce(discount_amount, 0) as discounts,
            goods_amount
            - lines_discount
            - coalesce(discount_amount, 0)
            + tax_and_shipping as charged_amount
        from normalised_rows
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "duplicate": "is_blank_repeat",
                        "order_id is missing": "order_id is null",
                        "ordered_at is missing": "ordered_at is null",
                        "ordered_at is in the future": is_in_the_future("ordered_at"),
                        "gross_amount is missing and lines are quarantined": (
                            "gross_amount is null and quarantined_lines > 0"
                        ),
                        "gross_amount is missing and there are no lines": (
                            "gross_amount is null and not coalesce(is_test, false) and status in ('"
                            ~ var("order_purchase_statuses")
                            | join("', '") ~ "')"
                        ),
                        "gross_amount is negative": "gross_amount < 0",
                        "gross_amount in the reporting currency is above "
                        ~ largest_amount(): (
                            "gross_amount * cast(exchange_rate as double) > " ~ largest_amount()
                        ),
                        "discount_amount is negative": "discount_amount < 0",
                        "discount_amount is above gross_amount": (
                            "discounts > gross_amount + " ~ cents_of_rounding
                        ),
                        "total_amount is not gross - discounts + tax + shipping": (
                            "abs(total_amount - charged_amount) > "
                            ~ cents_of_rounding
                            ~ " and tax_amount is not null and shipping_amount is not null"
                        ),
                        "total_amount is below gross - discounts + tax + shipping": (
                            "total_amount < charged_amount - " ~ cents_of_rounding
                        ),
                        "currency has no exchange rate on that day": "exchange_rate is null",
                    }
                )
            }} as quarantine_reason
        from valued_rows
    ),

    {{
        with_exclusion(
            "orders", "checked_rows", key="order_id", known_at="ordered_at", version="updated_at"
        )
    }}

select *
from classified_rows
