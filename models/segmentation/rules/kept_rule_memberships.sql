{{ config(post_hook="{{ reuse_freed_memory() }}") }}
-- The rule memberships of the last run, without erased customers and without customers who object
-- to profiling.
with
    last_memberships as (
        select * from {{ state_without_erased("rule_memberships") }} as last_memberships
    ),

    objections as (select * from {{ ref("int_profiling_objections") }}),

    final as (
        select
            last_memberships.customer_id,
            last_memberships.segment,
            last_memberships.as_of_date,
            last_memberships.is_member,
            last_memberships.runs_outside,
            last_memberships.was_member_before,
            last_memberships.runs_outside_before
        from last_memberships
        left join objections on last_memberships.customer_id = objections.customer_id
        where objections.customer_id is null
    )

select *
from final
