-- Members of audiences with their addresses, for the systems that send. The rows leave the build as
-- files that only their owner can read; no published table has them. A past day exports nothing,
-- because its consents may have been withdrawn since.
with
    members as (select * from {{ ref("audience_members") }} where not is_holdout),

    run_day as (select * from {{ ref("int_run_day") }} where not is_replay and not is_past),

    features as (
        select
            customer_id,
            quiet_from_utc,
            quiet_until_utc,
            case when cart_waits_days is not null then last_cart_products end as cart_products,
            case when cart_waits_days is not null then last_cart_value end as cart_value,
            last_session_main_category as last_viewed_category,
            expected_next_order_date
        from {{ ref("customer_features") }}
    ),

    -- For a company, the person who reads the message counts as well, but the company buys: the age
    -- of the person is no matter.
    readers as (
        select customer_id, customer_id as reader_id
        from members
        union
        select customer_id, contact_customer_id
        from members
    ),

    suppressed_groups as (
        select distinct readers.customer_id, suppressions.product_group
        from readers
        inner join
            {{ ref("int_customer_suppressions") }} as suppressions
            on readers.reader_id = suppressions.customer_id
        where
            readers.reader_id = readers.customer_id
            or suppressions.reason_code not in ('too_young', 'age_not_known')
    ),

    suppressions as (
        select customer_id, {{ sorted_list("product_group") }} as do_not_offer
        from suppressed_groups
        group by customer_id
    ),

    product_lists as (
        select
            customer_id,
            {{ sorted_list(sentence("{product_rank}. {product_name}")) }} as next_products
        from {{ ref("next_products") }}
        group by customer_id
    ),

    final as (
        select
            members.audience,
            members.customer_id,
            run_day.as_of_date,
            members.channel,
            contact_points.address,
            contact_points.name,
            contact_points.language,
            members.segmentation,
            members.segment,
            strategies.strategy,
            texts.description as what_to_do,
            features.cart_products,
            features.cart_value,
            features.last_viewed_category,
            features.expected_next_order_date,
            product_lists.next_products,
            suppressions.do_not_offer,
            features.quiet_from_utc,
            features.quiet_until_utc
        from members
        cross join run_day
        inner join
            {{ ref("int_contact_points") }} as contact_points
            on members.contact_customer_id = contact_points.customer_id
            and members.channel = contact_points.channel
        inner join features on members.customer_id = features.customer_id
        left join product_lists on members.customer_id = product_lists.customer_id
        left join suppressions on members.customer_id = suppressions.customer_id
        left join
            {{ ref("segment_strategies") }} as strategies
            on members.segmentation = strategies.segmentation
            and members.segment = strategies.segment
        left join {{ ref("strategies") }} as texts on strategies.strategy = texts.strategy
    )

select *
from final
