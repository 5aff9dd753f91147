-- Companies have no age, income or household: not_applicable. Facts that a person did not give
-- are unknown.
with
    bands as (select * from {{ ref("segment_bands") }}),

    education_levels as (select * from {{ ref("reference_education_levels") }}),

    occupation_groups as (select * from {{ ref("reference_occupation_groups") }}),

    customers as (
        select
            customer_id,
            customer_kind,
            age_years,
            birth_year,
            gender,
            income_ratio,
            education_level,
            occupation_group,
            marital_status,
            children_count,
            household_size,
            home_ownership,
            vehicle as declared_vehicle,
            marital_status in ('married', 'partnership') as has_partner,
            children_count > 0 as has_children
        from {{ ref("customer_features") }}
    ),

    banded_customers as (
        select
            customers.*,
            age_bands.segment as age_band,
            generation_bands.segment as generation,
            income_bands.segment as income_band,
            education_levels.education_band as education,
            occupation_groups.segment as occupation
        from customers
        left join bands as age_bands on {{ in_band("age_band", "customers.age_years") }}
        left join bands as generation_bands on {{ in_band("generation", "customers.birth_year") }}
        left join bands as income_bands on {{ in_band("income_band", "customers.income_ratio") }}
        left join education_levels on customers.education_level = education_levels.education_level
        left join
            occupation_groups on customers.occupation_group = occupation_groups.occupation_group
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
                -- The other life stages need both facts.
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
                -- With a partner and unknown children, the kind of household is unknown.
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
        from banded_customers
    ),

    {{
        segments_from_labels(
            "labelled_customers",
            evidence={
                "age_band": "'age ' || cast(age_years as string)",
                "generation": "'born ' || cast(birth_year as string)",
                "gender": "'declared'",
                "marital_status": "'declared'",
                "income_band": "cast("
                ~ rounded("income_ratio", 2)
                ~ " as string) || ' x median income'",
                "education": "'ISCED level ' || education_level",
                "occupation": "'ISCO-08 group ' || occupation_group",
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
