-- What became of the requests to erase people. A request that finds nobody, or cannot be read, is
-- never passed over in silence. Nothing is said where nobody ever asked.
with
    requests as (
        select *
        from {{ ref("stg_crm__erasure_requests") }}
        where coalesce(excluded_as, 'quarantined') = 'quarantined'
    ),

    erased_keys as (select * from {{ ref("erased_keys") }}),

    erased_memberships as (select * from {{ ref("int_erased_memberships") }}),

    named_keys as (
        {%- for column in ["contact_id", "email", "phone", "visitor_id"] %}
            select erasure_request_id, {{ column }} as key_hash
            from requests
            where
                excluded_as is null and {{ column }} is not null {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    answered_requests as (
        select
            named_keys.erasure_request_id,
            max(case when erased_keys.is_found then 1 else 0 end) as is_found
        from named_keys
        left join erased_keys on named_keys.key_hash = erased_keys.key_hash
        group by named_keys.erasure_request_id
    ),

    -- A customer is in several segments of some segmentations.
    erased_customers as (
        select segmentation, sum(customers) as customers
        from erased_memberships
        where segmentation = 'rfm'
        group by segmentation
    ),

    facts as (
        select 'requests' as item, 'landed' as detail, count(*) as item_count
        from requests
        union all
        select 'requests', 'cannot be read', count(*)
        from requests
        where excluded_as = 'quarantined'
        union all
        select 'requests', 'name nobody who is known', count(*)
        from answered_requests
        where is_found = 0
        union all
        select 'people', 'erased with all that is theirs', count(distinct person_no)
        from erased_keys
        union all
        select 'history', 'customers erased since the previous day', coalesce(sum(customers), 0)
        from erased_customers
    ),

    final as (
        select
            cast('erasure' as string) as section,
            cast(facts.item as string) as item,
            cast(facts.detail as string) as detail,
            cast(facts.item_count as bigint) as item_count
        from facts
        cross join (select count(*) as requests from requests) as landed
        where landed.requests > 0
    )

select *
from final
