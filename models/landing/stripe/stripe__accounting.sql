-- Destination of every row of the export, so that no row is lost silently.
{% call accounting("stripe", {"customers": "customers"}) %}
    select
        'charges' as line_kind,
        case
            when try_rank = 1 then 'orders' else 'left out: another try of a payment'
        end as destination
    from {{ ref("stripe__charges") }}
    union all
    select
        'refunds',
        case
            when coalesce(lower(status), 'succeeded') in ('failed', 'canceled')
            then 'left out: no money came back'
            else 'refunds'
        end
    from {{ ref("stripe__raw_refunds") }}
{% endcall %}
