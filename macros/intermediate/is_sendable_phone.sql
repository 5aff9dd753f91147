{#- Whether a telephone number is international and complete: E.164 with 8 to 15 digits. -#}
{%- macro is_sendable_phone(number) -%}
    coalesce(
        length({{ number }}) <= 16
        and not {{ matches(number, "[^+0-9]") }}
        and {{ matches(number, "^[+][1-9][0-9]{7,14}$") }},
        false
    )
{%- endmacro -%}
