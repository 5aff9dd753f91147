-- Destination of every row of the export, so that no row is lost silently. A context has the
-- destination of its event.
{% call accounting("snowplow_ecommerce") %}
    with
        actions as (select * from {{ ref("snowplow_ecommerce__actions") }}),

        transactions as (select * from {{ ref("snowplow_ecommerce__transactions") }}),

        numbered_events as (
            -- One event per id counts; equal ids are interchangeable for a count.
            select event_id, row_number() over (partition by event_id order by event_id) as arrival
            from {{ ref("snowplow_ecommerce__raw_events") }}
        )

    select
        'event: ' || coalesce(actions.action_type, 'any') as line_kind,
        case
            when numbered_events.arrival > 1
            then 'left out: sent again'
            when actions.event_id is null
            then 'left out: another app'
            else 'events: ' || actions.event_type
        end as destination
    from numbered_events
    left join actions on numbered_events.event_id = actions.event_id
    union all
    select
        'transaction: ' || coalesce(actions.action_type, 'any'),
        case
            when transactions.event_id is not null
            then 'orders'
            when actions.event_id is null
            then 'left out: no event'
            when actions.event_type = 'purchase'
            then 'left out: sent again'
            else 'left out: may be no purchase'
        end
    from {{ ref("snowplow_ecommerce__raw_transactions") }} as raw_transactions
    left join actions on raw_transactions.root_id = actions.event_id
    left join transactions on raw_transactions.root_id = transactions.event_id
    union all
    select
        'product: ' || coalesce(actions.action_type, 'any'),
        case
            when actions.event_id is null
            then 'left out: no event'
            when transactions.event_id is not null
            then 'order_lines, products'
            when actions.event_type in ('product_view', 'add_to_cart', 'remove_from_cart')
            then 'events, products'
            else 'products'
        end
    from {{ ref("snowplow_ecommerce__raw_products") }} as raw_products
    left join actions on raw_products.root_id = actions.event_id
    left join transactions on raw_products.root_id = transactions.event_id
    {%- for context in [
            "actions",
            "carts",
            "checkout_steps",
            "client_sessions",
            "pages",
            "users",
        ] %}
        union all
        select
            '{{ context }}',
            case when actions.event_id is null then 'left out: no event' else 'events' end
        from {{ ref("snowplow_ecommerce__raw_" ~ context) }} as contexts
        left join actions on contexts.root_id = actions.event_id
    {%- endfor %}
{% endcall %}
