-- Groups of products that must not be offered to a customer, and the reasons: a declared avoidance,
-- a minimum age, a rule. The reason is a code and never a belief. Customers who object to profiling
-- have no row.
--
-- Special categories (GDPR Art. 9) exist in this query only: no table or view has them. A rule may
-- use them, if the customer consented explicitly and allow_special_category is true. A refusal
-- ends the consents up to its time; a refusal without a time ends all. If a refusal has no
-- attribute or no value, it concerns all of them. A withdrawal without a purpose counts as a
-- refusal.
with
    features as (select * from {{ ref("customer_features") }}),

    rules as (select * from {{ ref("suppression_rules") }}),

    avoidances as (
        select * from {{ ref("int_declared_preferences") }} where preference_type = 'avoidance'
    ),

    product_groups as (
        select distinct product_group, min_age
        from {{ ref("int_product_groups") }}
        where product_group is not null
    ),

    minimum_ages as (select distinct min_age from product_groups where min_age is not null),

    attributes as (
        select
            identifiers.customer_id,
            attributes.attribute,
            attributes.attribute_value,
            attributes.has_explicit_consent,
            attributes.recorded_at
        from {{ gated("stg_crm__sensitive_attributes") }} as attributes
        inner join
            {{ ref("int_customer_identifiers") }} as identifiers
            on attributes.contact_id = identifiers.identifier
        where {{ var("allow_special_category") }} and identifiers.identifier_type = 'contact'
    ),

    explicit_consents as (
        select customer_id, attribute, attribute_value, max(recorded_at) as recorded_at
        from attributes
        where has_explicit_consent
        group by customer_id, attribute, attribute_value
    ),

    refusals as (
        select customer_id, attribute, attribute_value, recorded_at
        from attributes
        where not has_explicit_consent
        union all
        select customer_id, null, null, recorded_at
        from {{ ref("int_consent_statements") }}
        where status = 'withdrawn' and purpose is null
    ),

    special_categories as (
        select
            explicit_consents.customer_id,
            explicit_consents.attribute
            || ': '
            || explicit_consents.attribute_value as special_category
        from explicit_consents
        left join
            refusals
            on explicit_consents.customer_id = refusals.customer_id
            and explicit_consents.attribute
            = coalesce(refusals.attribute, explicit_consents.attribute)
            and coalesce(explicit_consents.attribute_value, '')
            = coalesce(refusals.attribute_value, explicit_consents.attribute_value, '')
            and explicit_consents.recorded_at
            <= coalesce(refusals.recorded_at, explicit_consents.recorded_at)
        where refusals.customer_id is null
    ),

    age_reasons as (
        select
            features.customer_id,
            minimum_ages.min_age,
            {{ age_reason("features.customer_kind", "features.age_years", "minimum_ages.min_age") }}
            as reason_code
        from features
        cross join minimum_ages
    ),

    suppressions as (
        {%- for kind in ["tag", "category", "subcategory", "brand", "product"] %}
            select
                customer_id,
                '{{ kind }}:' || lower(preference_value) as product_group,
                'declared' as reason_code
            from avoidances
            union all
        {%- endfor %}
        select customer_id, 'min_age:' || cast(min_age as string), reason_code
        from age_reasons
        where reason_code is not null
        union all
        select
            features.customer_id, rules.product_by || ':' || rules.product_value, rules.reason_code
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
        select
            special_categories.customer_id,
            rules.product_by || ':' || rules.product_value,
            rules.reason_code
        from special_categories
        inner join
            rules
            on rules.customer_by = 'special_category'
            and special_categories.special_category = rules.customer_value
    ),

    -- An avoidance is tried as every kind of group; the shop has products of some.
    final as (
        select distinct
            cast(suppressions.customer_id as string) as customer_id,
            cast(suppressions.product_group as string) as product_group,
            cast(suppressions.reason_code as string) as reason_code
        from suppressions
        inner join features on suppressions.customer_id = features.customer_id
        inner join
            (select distinct product_group from product_groups) as groups_with_products
            on suppressions.product_group = groups_with_products.product_group
    )

select *
from final
