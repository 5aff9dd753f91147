-- Candidates that pass all checks. A customer is in the audience with the highest priority only,
-- also if that audience holds the customer out.
with
    candidates as (
        select *
        from {{ ref("contact_candidates") }}
        where list_kind = 'audience' and why_not is null
    ),

    ranked_candidates as (
        select
            candidates.*,
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

    final as (
        select
            cast(ranked_candidates.list_name as string) as audience,
            cast(ranked_candidates.customer_id as string) as customer_id,
            ranked_candidates.is_holdout,
            cast(ranked_candidates.segmentation as string) as segmentation,
            cast(ranked_candidates.segment as string) as segment,
            cast(ranked_candidates.segment_reason as string) as reason,
            cast(ranked_candidates.channel as string) as channel,
            cast(ranked_candidates.purpose as string) as purpose,
            cast(contactability.legal_basis as string) as legal_basis,
            cast(contactability.consent_recorded_at as timestamp) as consent_recorded_at
        from ranked_candidates
        inner join
            {{ ref("int_customer_contactability") }} as contactability
            on ranked_candidates.customer_id = contactability.customer_id
            and ranked_candidates.purpose = contactability.purpose
            and ranked_candidates.channel = contactability.channel
            and ranked_candidates.min_age = contactability.min_age
            and ranked_candidates.takes_unknown_age = contactability.takes_unknown_age
        where ranked_candidates.priority_rank = 1
    )

select *
from final
