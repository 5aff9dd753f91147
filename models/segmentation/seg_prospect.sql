-- A prospect is scored for recency and number of activities. There is no value to score; the
-- reason says so.
{% set profile_columns = {
    "person": [
        "country_code",
        "city",
        "birth_year",
        "gender",
        "marital_status",
        "children_count",
        "household_size",
        "income_ratio",
        "education_level",
        "occupation_group",
    ],
    "company": ["country_code", "city", "employees", "annual_turnover", "industry"],
} %}
with
    scores as (select * from {{ ref("int_rfm_scores") }} where population = 'prospects'),

    profiles as (
        select
            *,
            case
                customer_kind
                {%- for kind, columns in profile_columns.items() %}
                    when '{{ kind }}'
                    then
                        cast(
                            floor(
                                (
                                    {%- for column in columns %}
                                        case when {{ column }} is null then 0 else 1 end
                                        {{- ' +' if not loop.last }}
                                    {%- endfor %}
                                )
                                * 100
                                / {{ columns | length }}
                            ) as int
                        )
                {%- endfor %}
            end as profile_percent
        from {{ ref("customer_features") }}
    ),

    labelled_customers as (
        select
            profiles.customer_id,
            profiles.profile_percent,
            case
                when profiles.lifetime_orders > 0
                then 'not_applicable'
                else prospect_segments.segment
            end as prospect_interest,
            profile_completeness_bands.segment as profile_completeness,
            'last purchase ' || cast(profiles.last_order_date as string) as last_purchase,
            'R'
            || cast(scores.r_score as string)
            || ' F'
            || cast(scores.f_score as string)
            || ', no value history, last activity '
            || cast(profiles.last_activity_date as string) as activity
        from profiles
        left join
            {{ ref("segment_bands") }} as profile_completeness_bands
            on {{ in_band("profile_completeness", "profiles.profile_percent") }}
        left join scores on profiles.customer_id = scores.customer_id
        left join
            {{ ref("prospect_segments") }} as prospect_segments
            on scores.r_score = prospect_segments.r_score
            and scores.f_score = prospect_segments.f_score
    ),

    {{
        segments_from_labels(
            "labelled_customers",
            evidence={
                "prospect_interest": "coalesce(last_purchase, activity)",
                "profile_completeness": "cast(profile_percent as string) || ' % of the profile'",
            },
            missing_segment="'unknown'",
            missing_reason="'no dated activity'",
        )
    }}

select *
from final
