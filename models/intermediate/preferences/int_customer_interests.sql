-- Declared interests share the weight equally; the latest one is the primary one and takes what
-- rounding leaves. Observed interests are one more CTE: product categories with their strength, for
-- customers who declared none.
with
    declared_preferences as (
        select * from {{ ref("int_declared_preferences") }} where preference_type = 'interest'
    ),

    interests as (
        select
            customer_id,
            preference_value as interest,
            'declared' as interest_source,
            cast(1 as double) as strength,
            case when is_latest then 1 else 2 end as interest_rank,
            'declared ' || cast(cast(declared_at as date) as {{ dbt.type_string() }}) as evidence
        from declared_preferences
    ),

    ranked_interests as (
        select
            *,
            row_number() over (
                partition by customer_id order by interest_rank asc, strength desc, interest asc
            ) as position,
            -- Strengths are added up in whole thousandths, which no order of rows changes.
            strength
            * 1000
            / sum(cast(round(strength * 1000) as bigint)) over (partition by customer_id) as share
        from interests
    ),

    rounded_interests as (
        select *, {{ rounded("share", 6) }} as rounded_share from ranked_interests
    ),

    final as (
        select
            customer_id,
            interest,
            interest_source,
            cast(
                case
                    when position = 1
                    then 1 - sum(rounded_share) over (partition by customer_id) + rounded_share
                    else rounded_share
                end as double
            ) as weight,
            position = 1 as is_primary,
            evidence
        from rounded_interests
    )

select *
from final
