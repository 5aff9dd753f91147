-- The log of contacts: members of audiences on the first day that they are in one, contacted or
-- held out, and again after the window of results. A member of every day is one contact. Rows
-- stay, unless the customer is erased, no longer exists, or objects to profiling.
-- Nobody is contacted on a past day, because its files are empty. The next run reads the log.
{% set window = var("audience_result_days") %}
with
    run_day as (select * from {{ ref("int_run_day") }}),

    last_days as (
        select
            last_days.audience,
            coalesce(identity_merges.customer_id, last_days.customer_id) as customer_id,
            last_days.contacted_on,
            -- A person was contacted if any record of the person was.
            bool_and(last_days.is_holdout) as is_holdout
        from {{ state_without_erased("audience_days") }} as last_days
        cross join run_day
        left join
            {{ ref("int_identity_merges") }} as identity_merges
            on last_days.customer_id = identity_merges.absorbed_customer_id
        where run_day.is_replay or last_days.contacted_on < run_day.as_of_date
        group by
            last_days.audience,
            coalesce(identity_merges.customer_id, last_days.customer_id),
            last_days.contacted_on
    ),

    last_contacts as (
        select audience, customer_id, max(contacted_on) as contacted_on
        from last_days
        group by audience, customer_id
    ),

    todays as (
        select
            members.audience,
            members.customer_id,
            run_day.as_of_date as contacted_on,
            members.is_holdout
        from {{ ref("audience_members") }} as members
        cross join run_day
        left join
            last_contacts
            on members.audience = last_contacts.audience
            and members.customer_id = last_contacts.customer_id
        where
            not run_day.is_replay
            and not run_day.is_past
            and (
                last_contacts.contacted_on is null
                or {{ dbt.datediff("last_contacts.contacted_on", "run_day.as_of_date", "day") }}
                > {{ window }}
            )
    ),

    all_days as (
        select audience, customer_id, contacted_on, is_holdout
        from last_days
        union all
        select audience, customer_id, contacted_on, is_holdout
        from todays
    ),

    days as (
        select
            all_days.*,
            row_number() over (
                partition by all_days.audience, all_days.customer_id order by all_days.contacted_on
            )
            = 1 as is_first,
            {{ dbt.datediff("all_days.contacted_on", "run_day.as_of_date", "day") }}
            >= {{ window }} as is_complete
        from all_days
        cross join run_day
        inner join
            {{ ref("int_profiled_customers") }} as customers
            on all_days.customer_id = customers.customer_id
    ),

    purchases as (
        select
            days.audience,
            days.customer_id,
            days.contacted_on,
            orders.net_amount,
            {{ dbt.datediff("days.contacted_on", "orders.order_date", "day") }} as days_after
        from days
        inner join {{ ref("int_orders") }} as orders on days.customer_id = orders.customer_id
        where orders.is_purchase
    ),

    amounts as (
        select
            audience,
            customer_id,
            contacted_on,
            sum(case when days_after between 1 and {{ window }} then net_amount end) as net_amount,
            sum(
                case when days_after between {{ 1 - window }} and 0 then net_amount end
            ) as net_amount_before
        from purchases
        group by audience, customer_id, contacted_on
    ),

    final as (
        select
            cast(days.audience as string) as audience,
            cast(days.customer_id as string) as customer_id,
            cast(days.contacted_on as date) as contacted_on,
            cast(days.is_holdout as boolean) as is_holdout,
            cast(days.is_first as boolean) as is_first,
            cast(days.is_complete as boolean) as is_complete,
            -- A part of a window is no result.
            cast(
                case when days.is_complete then coalesce(amounts.net_amount, 0) end as decimal(
                    18, 2
                )
            ) as net_amount,
            cast(coalesce(amounts.net_amount_before, 0) as decimal(18, 2)) as net_amount_before
        from days
        left join
            amounts
            on days.audience = amounts.audience
            and days.customer_id = amounts.customer_id
            and days.contacted_on = amounts.contacted_on
    )

select *
from final
