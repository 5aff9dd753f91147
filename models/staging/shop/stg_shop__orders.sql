with
    landed as (select * from {{ with_meanings("orders") }}),

    country_names as (select * from {{ ref("reference_country_names") }}),

    countries as (select * from {{ ref("reference_countries") }}),

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
            end as exchange_rate
        from landed
        cross join {{ ref("as_of") }} as as_of
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

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "order_id is missing": "order_id is null",
                        "ordered_at is missing": "ordered_at is null",
                        "ordered_at is in the future": is_in_the_future("ordered_at"),
                        "gross_amount is negative": "gross_amount < 0",
                        "discount_amount is negative": "discount_amount < 0",
                        "currency has no exchange rate on that day": "exchange_rate is null",
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{
        with_exclusion(
            "orders", "checked_rows", key="order_id", known_at="ordered_at", version="updated_at"
        )
    }}

select *
from classified_rows
