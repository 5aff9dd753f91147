{#- Whether an address in lower case is well-formed: words of ASCII characters with single dots,
    one @, and a domain name. International domains are in their ASCII form (xn--). Addresses
    with blanks, quotes, brackets, control characters or marks of writing direction are invalid. -#}
{%- macro is_sendable_email(address) -%}
    {#- An apostrophe is allowed; engines escape it differently. -#}
    {%- set text -%}
        replace({{ address }}, '{{ dbt.escape_single_quotes("'") }}', '-')
    {%- endset -%}
    {%- set word = "[a-z0-9!#$%&*+/=?^_`{|}~-]+" -%}
    {%- set label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?" -%}
    {%- set top = "([a-z]{2,63}|xn--[a-z0-9-]{0,57}[a-z0-9])" -%}
    {%- set whole = "^" ~ word ~ "([.]" ~ word ~ ")*@(" ~ label ~ "[.])+" ~ top ~ "$" -%}
    coalesce(
        length({{ address }}) <= 254
        and {{ matches(text, "^[^@]{1,64}@") }}
        and not {{ matches(text, "[^!-~]") }}
        and {{ matches(text, whole) }},
        false
    )
{%- endmacro -%}
