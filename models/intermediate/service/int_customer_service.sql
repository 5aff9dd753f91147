-- Load and reasons count contacts that customers began; satisfaction counts all contacts. If no
-- service contact is landed, the load is unknown and not 0.
with
    service_contacts as (select * from {{ ref("int_service_contacts") }}),

    landed as (select count(*) > 0 as has_service_contacts from service_contacts),

    window_contacts as (
        select service_contacts.*
        from service_contacts
        cross join {{ ref("as_of") }} as as_of
        where
            service_contacts.customer_id is not null
            and {{ dbt.datediff("service_contacts.opened_date", "as_of.as_of_date", "day") }}
            < {{ var("service_window_days") }}
    ),

    totals as (
        select
            customer_id,
            count(*) filter (where is_inbound) as service_contacts,
            count(*) filter (where is_inbound and not is_resolved) as unresolved_service_contacts,
            max(opened_date) as last_service_date,
            count(satisfaction_score) as satisfaction_scores,
            {{ exact_mean("satisfaction_score") }} as satisfaction
        from window_contacts
        group by customer_id
    ),

    reasons as (
        select customer_id, reason, count(*) as reason_contacts
        from window_contacts
        where is_inbound and reason is not null
        group by customer_id, reason
    ),

    ranked_reasons as (
        select
            *,
            row_number() over (
                partition by customer_id order by reason_contacts desc, reason asc
            ) as reason_rank,
            count(*) over (partition by customer_id, reason_contacts) as equal_reasons
        from reasons
    ),

    final as (
        select
            customers.customer_id,
            case
                when landed.has_service_contacts then coalesce(totals.service_contacts, 0)
            end as service_contacts,
            case
                when landed.has_service_contacts
                then coalesce(totals.unresolved_service_contacts, 0)
            end as unresolved_service_contacts,
            totals.last_service_date,
            case
                when ranked_reasons.equal_reasons > 1 then 'several' else ranked_reasons.reason
            end as service_reason,
            ranked_reasons.reason_contacts as service_reason_contacts,
            coalesce(totals.satisfaction_scores, 0) as satisfaction_scores,
            totals.satisfaction
        from {{ ref("int_profiled_customers") }} as customers
        cross join landed
        left join totals on customers.customer_id = totals.customer_id
        left join
            ranked_reasons
            on customers.customer_id = ranked_reasons.customer_id
            and ranked_reasons.reason_rank = 1
    )

select *
from final
