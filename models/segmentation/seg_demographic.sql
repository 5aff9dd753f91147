-- Companies have no age or income: not_applicable. What a person did not tell is unknown.
with
    features as (select * from {{ ref("customer_features") }}),

    age_bands as (select * from {{ ref("age_bands") }}),

    generations as (select * from {{ ref("generations") }}),

    education_levels as (select * from {{ ref("reference_education_levels") }}),

    occupation_groups as (select * from {{ ref("reference_occupation_groups") }}),

    labelled_customers as (
        select
            features.customer_id,
            features.customer_kind,
            features.age_years,
            features.birth_year,
            features.income_ratio,
            features.education_level,
            features.occupation_group,
            age_bands.segment as age_band,
            generations.segment as generation,
            case
                when features.income_ratio is null
                then null
                when features.income_ratio < {{ var("income_low_below") }}
                then 'low'
                when features.income_ratio < {{ var("income_lower_middle_below") }}
                then 'lower_middle'
                when features.income_ratio <= {{ var("income_middle_up_to") }}
                then 'middle'
                else 'high'
            end as income_band,
            education_levels.education_band as education,
            occupation_groups.segment as occupation
        from features
        left join age_bands on features.age_years between age_bands.min_age and age_bands.max_age
        left join
            generations
            on features.birth_year
            between generations.first_birth_year and generations.last_birth_year
        left join education_levels on features.education_level = education_levels.education_level
        left join
            occupation_groups on features.occupation_group = occupation_groups.occupation_group
    ),

    {{
        segments_from_labels(
            "labelled_customers",
            evidence={
                "age_band": "'age ' || cast(age_years as string)",
                "generation": "'born ' || cast(birth_year as string)",
                "income_band": "cast("
                ~ rounded("income_ratio", 2)
                ~ " as string) || ' x median income'",
                "education": "'ISCED level ' || education_level",
                "occupation": "'ISCO-08 group ' || occupation_group",
            },
            missing_segment="case when customer_kind = 'company' then 'not_applicable' else 'unknown' end",
            missing_reason="case when customer_kind = 'company' then 'a company' else 'not known' end",
        )
    }}

select *
from final
