-- The log: changes of earlier days from the state, and those of today. Customers that no longer
-- exist, and were merged into no other one, are removed: an erasure empties the log. A replay
-- keeps customers of later days, because it does not know them yet.
with
    last_changes as (select * from {{ ref("int_kept_segment_changes") }}),

    run_day as (select * from {{ ref("int_run_day") }}),

    known_customers as (
        select customer_id
        from {{ ref("int_customers") }}
        union
        select absorbed_customer_id
        from {{ ref("int_identity_merges") }}
    ),

    customers_of_log as (
        select customer_id, min(logged_on) as first_logged_on from last_changes group by customer_id
    ),

    kept_customers as (
        select customers_of_log.customer_id
        from customers_of_log
        cross join run_day
        left join known_customers on customers_of_log.customer_id = known_customers.customer_id
        where
            known_customers.customer_id is not null
            or customers_of_log.first_logged_on > run_day.as_of_date
    ),

    changes as (
        select
            last_changes.customer_id,
            last_changes.segmentation,
            last_changes.segment,
            last_changes.logged_on,
            last_changes.change,
            last_changes.cause,
            last_changes.definition_version
        from last_changes
        inner join kept_customers on last_changes.customer_id = kept_customers.customer_id
        cross join run_day
        where run_day.is_replay or last_changes.logged_on < run_day.as_of_date
        union all
        select
            todays_changes.customer_id,
            todays_changes.segmentation,
            todays_changes.segment,
            todays_changes.logged_on,
            todays_changes.change,
            todays_changes.cause,
            todays_changes.definition_version
        from {{ ref("int_segment_changes") }} as todays_changes
        left join known_customers on todays_changes.customer_id = known_customers.customer_id
        where known_customers.customer_id is not null
    ),

    final as (
        select
            cast(customer_id as string) as customer_id,
            cast(segmentation as string) as segmentation,
            cast(segment as string) as segment,
            cast(logged_on as date) as logged_on,
            cast(change as string) as change,
            cast(cause as string) as cause,
            cast(definition_version as string) as definition_version
        from changes
    )

select *
from final
