-- Which suppressions hold for a customer, and why: what the customer asked for, an age that is too
-- low or not known, a rule. The reason is a code and never a belief.
with
    features as (select * from {{ ref("customer_features") }}),

    rules as (select * from {{ ref("suppression_rules") }}),

    avoidances as (
        select * from {{ ref("int_declared_preferences") }} where preference_type = 'avoidance'
    ),

    special_categories as (select * from {{ ref("int_consented_special_categories") }}),

    minimum_ages as (
        select distinct min_age from {{ ref("int_product_suppressions") }} where min_age is not null
    ),

    final as (
        select distinct
            customer_id,
            'declared:' || lower(preference_value) as suppression,
            'declared' as reason_code
        from avoidances
        union all
        select
            features.customer_id,
            'min_age:' || cast(minimum_ages.min_age as string),
            case when features.age_years is null then 'age_not_known' else 'too_young' end
        from features
        cross join minimum_ages
        where
            features.customer_kind = 'person'
            and coalesce(
                features.age_years < minimum_ages.min_age, {{ var("unknown_age_is_too_young") }}
            )
        union all
        select features.customer_id, 'rule:' || rules.rule, rules.reason_code
        from features
        inner join
            rules
            on case
                rules.customer_by
                {%- for name in ["country_code", "region", "city", "customer_kind"] %}
                    when '{{ name }}' then features.{{ name }} = rules.customer_value
                {%- endfor %}
                when 'age_from'
                then features.age_years >= {{ safe_cast_text("rules.customer_value", "int") }}
                when 'age_below'
                then features.age_years < {{ safe_cast_text("rules.customer_value", "int") }}
            end
        union all
        select special_categories.customer_id, 'rule:' || rules.rule, rules.reason_code
        from special_categories
        inner join
            rules
            on rules.customer_by = 'special_category'
            and special_categories.special_category = rules.customer_value
    )

select *
from final
