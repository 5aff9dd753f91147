{#- Reason of contact_reasons why a minimum age excludes a customer; null if it does not.
    `takes_unknown_age`: whether people of an unknown age count as old enough. -#}
{%- macro age_reason(customer_kind, age_years, min_age, takes_unknown_age=none) -%}
    case
        when {{ customer_kind }} = 'person' and {{ age_years }} < {{ min_age }}
        then 'too_young'
        when
            {{ customer_kind }} = 'person'
            and {{ age_years }} is null
            and not {{ takes_unknown_age or (not var("unknown_age_is_too_young")) }}
        then 'age_not_known'
    end
{%- endmacro -%}
