{#- Reason of contact_reasons why a minimum age excludes a customer; null if it does not. -#}
{%- macro age_reason(customer_kind, age_years, min_age) -%}
    case
        when {{ customer_kind }} = 'person' and {{ age_years }} < {{ min_age }}
        then 'too_young'
        when
            {{ customer_kind }} = 'person'
            and {{ age_years }} is null
            and {{ var("unknown_age_is_too_young") }}
        then 'age_not_known'
    end
{%- endmacro -%}
