{#- An e-mail address in lower case without blanks, null where it is not one. -#}
{%- macro normalised_email(column) -%}
    {%- set email -%} lower(trim({{ column }})) {%- endset -%}
    case
        when {{ matches(email, "^[^@ ]+@[^@ ]+[.]([a-z]{2,}|xn--[a-z0-9-]+)$") }} then {{ email }}
    end
{%- endmacro -%}
