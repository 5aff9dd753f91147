{#- The key of a person as erasures compare it: in the spelling of staging, if staging can read it.
    An e-mail address loses a name or quotes around it; an unreadable telephone number keeps its
    digits. `kind` is contact, lead, email, phone, visitor or order; `countries` as for
    normalised_phone. -#}
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
