{% set text = dbt.type_string() %}
with
    candidates as (select * from {{ ref("int_audience_candidates") }}),

    final as (
        select
            cast(audience as {{ text }}) as audience,
            cast(customer_id as {{ text }}) as customer_id,
            outcome = 'holdout' as is_holdout,
            cast(segmentation as {{ text }}) as segmentation,
            cast(segment as {{ text }}) as segment,
            cast(reason as {{ text }}) as reason,
            cast(channel as {{ text }}) as channel,
            cast(purpose as {{ text }}) as purpose,
            cast(legal_basis as {{ text }}) as legal_basis,
            cast(consent_recorded_at as timestamp) as consent_recorded_at
        from candidates
        where outcome in ('contacted', 'holdout')
    )

select *
from final
