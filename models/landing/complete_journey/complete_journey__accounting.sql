-- Destination of every row of the export, so that no row is lost silently.
with
    accounted_lines as (
        select
            'transaction: ' || line_kind as line_kind,
            case
                line_kind
                when 'sale'
                then 'order_lines'
                when 'amount_without_units'
                then 'orders'
                else 'left out'
            end as destination,
            count(*) as line_count,
            cast(sum(gross_amount - discount_amount) as decimal(18, 2)) as amount
        from {{ ref("complete_journey__lines") }}
        group by line_kind
    ),

    final as (
        select line_kind, destination, line_count, amount
        from accounted_lines
        {%- for file_name, destination in {
                "products": "products",
                "demographics": "customers",
                "campaigns": "campaign_touches",
                "campaign_descriptions": "campaign_touches: their day",
                "coupon_redemptions": "campaign_touches",
                "coupons": "left out",
            }.items() %}
            union all
            select '{{ file_name }}', '{{ destination }}', count(*), null
            from {{ ref("complete_journey__raw_" ~ file_name) }}
        {%- endfor %}
    )

select *
from final
