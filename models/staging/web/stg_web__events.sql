-- Campaign words that have no column are read from the query of the page.
{% set read_as = {} %}
{% for name in ["utm_source", "utm_medium", "utm_campaign"] %}
    {% do read_as.update(
        {
            name: "coalesce(landed."
            ~ name
            ~ ", "
            ~ url_parameter("landed.page_url", name)
            ~ ")"
        }
    ) %}
{% endfor %}
with
    landed as (select * from {{ with_meanings("events", read_as) }}),

    normalised_rows as (
        select
            {{
                columns_with(
                    "events",
                    {
                        "event_type": (
                            "case when landed.event_type = 'page_view' "
                            ~ "and landed.page_type = 'product' "
                            ~ "and landed.product_id is not null "
                            ~ "then 'product_view' else landed.event_type end"
                        ),
                        "email": normalised_email("landed.email"),
                    },
                    relation="landed",
                )
            }},
            landed.type_error,
            landed.unread_shape,
            landed.event_type_word,
            as_of.as_of_date,
            as_of.horizon_date
        from landed
        cross join {{ ref("as_of") }} as as_of
    ),

    checked_rows as (
        select
            *,
            {{
                first_broken_rule(
                    {
                        "event_id is missing": "event_id is null",
                        "occurred_at is missing": "occurred_at is null",
                        "event_type is missing": "event_type_word is null",
                        "occurred_at is in the future": is_in_the_future("occurred_at"),
                    }
                )
            }} as quarantine_reason
        from normalised_rows
    ),

    {{ with_exclusion("events", "checked_rows", key="event_id", known_at="occurred_at") }}

select *
from classified_rows
