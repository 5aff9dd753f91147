-- Destination of every row of the export, so that no row is lost silently. Lists of lines are in
-- the rows of their orders and refunds.
{% call accounting("shopify", {"customers": "customers, consents"}) %}
    select
        'orders' as line_kind,
        case when is_deleted then 'left out: deleted' else 'orders' end as destination
    from {{ ref("shopify__totals") }}
    union all
    select
        'order lines',
        case when orders.is_deleted then 'left out: of a deleted order' else 'order_lines' end
    from {{ ref("shopify__lines") }} as lines
    left join {{ ref("shopify__totals") }} as orders on lines.order_id = orders.id
    union all
    select
        'refunds',
        case
            when refund_line_items is not null or lines.refund_key is not null
            then 'refunds'
            else 'left out: money without a line'
        end
    from {{ ref("shopify__raw_refunds") }} as refunds
    left join
        (
            select distinct coalesce(_dlt_parent_id, refund_id) as refund_key
            from {{ ref("shopify__raw_refund_lines") }}
        ) as lines
        on lines.refund_key in (refunds.id, refunds._dlt_id)
    union all
    select
        'products',
        case
            when {{ is_marked_as_deleted(["_fivetran_deleted"]) }}
            then 'left out: deleted'
            else 'products'
        end
    from {{ ref("shopify__raw_products") }}
{% endcall %}
