-- Members of rule segments. Customers with a strength of at least 0.5 are members. A member who
-- meets only the easier rules stays for fewer than rule_exit_runs runs in a row. The row keeps
-- the membership before this day, so that a second run of the day starts where the first one did.
with
    as_of as (select * from {{ ref("as_of") }}),

    -- A replay of an earlier day does not know the memberships of a later one.
    states as (
        select
            last_memberships.customer_id,
            last_memberships.segment,
            case
                when last_memberships.as_of_date < as_of.as_of_date
                then last_memberships.is_member
                else last_memberships.was_member_before
            end as was_member,
            case
                when last_memberships.as_of_date < as_of.as_of_date
                then last_memberships.runs_outside
                else last_memberships.runs_outside_before
            end as runs_outside
        from {{ ref("kept_rule_memberships") }} as last_memberships
        cross join as_of
        where last_memberships.as_of_date <= as_of.as_of_date
    ),

    former_members as (
        select states.*
        from states
        inner join
            {{ ref("customer_features") }} as features on states.customer_id = features.customer_id
        where states.was_member
    ),

    candidates as (
        select
            coalesce(strengths.customer_id, former_members.customer_id) as customer_id,
            coalesce(strengths.segment, former_members.segment) as segment,
            coalesce(strengths.strength, 0) as strength,
            coalesce(strengths.loose_strength, 0) as loose_strength,
            coalesce(strengths.reason, 'meets no rule') as reason,
            coalesce(former_members.was_member, false) as was_member_before,
            coalesce(former_members.runs_outside, 0) as runs_outside_before
        from {{ ref("rule_strengths") }} as strengths
        full outer join
            former_members
            on strengths.customer_id = former_members.customer_id
            and strengths.segment = former_members.segment
    ),

    counted_runs as (
        select
            *,
            case
                when strength >= 0.5e0 or not was_member_before then 0 else runs_outside_before + 1
            end as runs_outside
        from candidates
    ),

    members as (
        select
            *,
            strength >= 0.5e0
            or (
                was_member_before
                and loose_strength >= 0.5e0
                and runs_outside < {{ var("rule_exit_runs") }}
            ) as is_member
        from counted_runs
    ),

    final as (
        select
            members.customer_id,
            members.segment,
            as_of.as_of_date,
            cast(members.strength as double) as strength,
            members.is_member,
            cast(members.runs_outside as int) as runs_outside,
            members.reason,
            members.was_member_before,
            cast(members.runs_outside_before as int) as runs_outside_before
        from members
        cross join as_of
        where members.is_member or members.was_member_before
    )

select *
from final
