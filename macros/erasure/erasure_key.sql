{#- The key of a person as erasures compare it. What staging can read is as staging reads it. Of an
    address with a name or quotes around it the address counts, of a telephone number that staging
    cannot read the digits. `kind` is contact, lead, email, phone, visitor or order; `countries` as
    for normalised_phone. -#}
{%- macro erasure_key(kind, column, countries=none) -%}
    {%- if kind == "email" -%}
        coalesce(
            {{ normalised_email(column) }},
            nullif(
                replace(
                    {{ remove_matches("lower(" ~ column ~ ")", '^.*<|>.*$|[" ]') }}, chr(39), ''
                ),
                ''
            )
        )
    {%- elif kind == "phone" -%}
        coalesce(
            {{ normalised_phone(column, countries) }},
            nullif({{ remove_matches(column, "[^0-9]") }}, '')
        )
    {%- else -%} {{ column }}
    {%- endif -%}
{%- endmacro -%}
