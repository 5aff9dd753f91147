-- Companies have no household: not_applicable. What a person did not tell is unknown.
with
    features as (select * from {{ ref("customer_features") }}),

    households as (
        select
            customer_id,
            customer_kind,
            age_years,
            marital_status,
            children_count,
            household_size,
            home_ownership,
            vehicle as declared_vehicle,
            marital_status in ('married', 'partnership') as has_partner,
            children_count > 0 as has_children
        from features
    ),

    labelled_customers as (
        select
            *,
            case
                when age_years is null
                then null
                when age_years < 18
                then 'minor'
                when age_years >= 65
                then 'senior'
                when has_children and has_partner
                then 'family'
                -- From here on it takes both facts to tell.
                when marital_status is null or children_count is null
                then null
                when has_children
                then 'single_parent'
                when age_years < 35 and has_partner
                then 'young_couple'
                when age_years < 35
                then 'young_single'
                when has_partner
                then 'midlife_couple'
                else 'midlife_single'
            end as life_stage,
            case
                when children_count >= 3
                then 'with_3_or_more_children'
                when children_count = 2
                then 'with_2_children'
                when children_count = 1
                then 'with_1_child'
                when has_partner and (children_count = 0 or household_size = 2)
                then 'couple'
                when household_size = 1
                then 'single'
                -- With a partner and unknown children, several people are not told apart.
                when has_partner
                then null
                when household_size > 1
                then 'shared'
                when children_count = 0 and marital_status is not null
                then 'single'
            end as household,
            case
                when home_ownership in ('owned', 'mortgaged', 'rented') then home_ownership
            end as home,
            case
                when declared_vehicle in ('none', 'bicycle', 'motorcycle', 'car', 'van')
                then declared_vehicle
            end as vehicle
        from households
    ),

    {{
        segments_from_labels(
            "labelled_customers",
            evidence={
                "life_stage": "concat_ws(', ', 'age ' || cast(age_years as string), marital_status, 'children: ' || cast(children_count as string))",
                "household": "concat_ws(', ', marital_status, 'children: ' || cast(children_count as string), 'people: ' || cast(household_size as string))",
                "home": "'declared'",
                "vehicle": "'declared'",
            },
            missing_segment="case when customer_kind = 'company' then 'not_applicable' else 'unknown' end",
            missing_reason="case when customer_kind = 'company' then 'a company' else 'not known' end",
        )
    }}

select *
from final
