-- Candidates that pass all checks. A customer is in the audience with the highest priority only,
-- also if that audience holds the customer out. So is the person through whom a company is
-- contacted.
with
    candidates as (
        select *
        from {{ ref("contact_candidates") }}
        where list_kind = 'audience' and why_not is null
    ),

    ranked_candidates as (
        select
            candidates.*,
            audiences.priority as audience_priority,
            audiences.channel,
            audiences.purpose,
            audiences.min_age,
            audiences.takes_unknown_age,
            {{ hash_number("'" ~ var("holdout_salt") ~ "|' || candidates.customer_id", 10000) }}
            < audiences.holdout_percent * 100 as is_holdout,
            row_number() over (
                partition by candidates.customer_id order by audiences.priority asc
            ) as priority_rank
        from candidates
        inner join {{ ref("audiences") }} as audiences on candidates.list_name = audiences.audience
    ),

    customers_once as (
        select
            *,
            row_number() over (
                partition by contact_customer_id
                order by
                    audience_priority asc,
                    case when customer_id = contact_customer_id then 1 else 2 end asc
            ) as contact_rank
        from ranked_candidates
        where priority_rank = 1
    ),

    final as (
        select
            cast(customers_once.list_name as string) as audience,
            cast(customers_once.customer_id as string) as customer_id,
            cast(customers_once.contact_customer_id as string) as contact_customer_id,
            customers_once.is_holdout,
            cast(customers_once.segmentation as string) as segmentation,
            cast(customers_once.segment as string) as segment,
            cast(customers_once.segment_reason as string) as reason,
            cast(customers_once.channel as string) as channel,
            cast(customers_once.purpose as string) as purpose,
            cast(contactability.legal_basis as string) as legal_basis,
            cast(contactability.consent_recorded_at as timestamp) as consent_recorded_at
        from customers_once
        inner join
            {{ ref("int_customer_contactability") }} as contactability
            on customers_once.customer_id = contactability.customer_id
            and customers_once.purpose = contactability.purpose
            and customers_once.channel = contactability.channel
            and customers_once.min_age = contactability.min_age
            and customers_once.takes_unknown_age = contactability.takes_unknown_age
        where customers_once.contact_rank = 1
    )

select *
from final
