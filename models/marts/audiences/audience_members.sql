with
    candidates as (select * from {{ ref("int_audience_candidates") }}),

    final as (
        select
            cast(audience as string) as audience,
            cast(customer_id as string) as customer_id,
            outcome = 'holdout' as is_holdout,
            cast(segmentation as string) as segmentation,
            cast(segment as string) as segment,
            cast(reason as string) as reason,
            cast(channel as string) as channel,
            cast(purpose as string) as purpose,
            cast(legal_basis as string) as legal_basis,
            cast(consent_recorded_at as timestamp) as consent_recorded_at
        from candidates
        where outcome in ('contacted', 'holdout')
    )

select *
from final
