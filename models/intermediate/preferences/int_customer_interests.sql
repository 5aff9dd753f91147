-- Declared interests share the weight equally, and the latest is the primary one. Without declared
-- interests, the interests are the categories that the customer buys more often than others do,
-- weighted by that lift. Without these, they are the categories that leads asked for. The primary
-- interest gets the remainder of rounding.
with
    declared_preferences as (
        select * from {{ ref("int_declared_preferences") }} where preference_type = 'interest'
    ),

    categories as (
        select *
        from {{ ref("int_customer_categories") }}
        where orders >= {{ var("category_min_orders") }} and lift >= {{ var("category_min_lift") }}
    ),

    leads as (
        select customer_id, interest_category, max(created_at) as asked_at
        from {{ ref("int_leads") }}
        where interest_category is not null
        group by customer_id, interest_category
    ),

    interests as (
        select
            customer_id,
            preference_value as interest,
            cast(100 as bigint) as strength,
            case when is_latest then 1 else 2 end as interest_rank,
            'declared ' || cast(cast(declared_at as date) as string) as evidence
        from declared_preferences
        union all
        select
            customer_id,
            lower(category),
            cast(lift * 100 as bigint),
            affinity_rank,
            'observed, ' || cast(lift as string) || ' times the usual share of purchases'
        from categories
        where
            not exists (
                select 1
                from declared_preferences
                where declared_preferences.customer_id = categories.customer_id
            )
        union all
        select
            customer_id,
            lower(interest_category),
            cast(100 as bigint),
            row_number() over (
                partition by customer_id order by asked_at desc, interest_category asc
            ),
            'lead of ' || cast(cast(asked_at as date) as string)
        from leads
        where
            not exists (
                select 1
                from declared_preferences
                where declared_preferences.customer_id = leads.customer_id
            )
            and not exists (
                select 1 from categories where categories.customer_id = leads.customer_id
            )
    ),

    ranked_interests as (
        select
            *,
            row_number() over (
                partition by customer_id order by interest_rank asc, interest asc
            ) as position,
            {{
                whole_quotient(
                    "strength * 1000000", "sum(strength) over (partition by customer_id)"
                )
            }} as millionths
        from interests
    ),

    final as (
        select
            customer_id,
            interest,
            {{ weight_of_parts("millionths", "position = 1", "customer_id", 1000000) }} as weight,
            position = 1 as is_primary,
            evidence
        from ranked_interests
    )

select *
from final
