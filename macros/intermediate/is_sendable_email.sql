{#- Whether an address in lower case is one that can be written to as it stands: one @, words of ASCII
    characters with single dots before it, and the name of a domain behind. International domains are
    in their ASCII form (xn--). Anything else - blanks, quotes, brackets, control characters, those
    that turn the direction of writing - is no address. -#}
{%- macro is_sendable_email(address) -%}
    {#- An apostrophe is allowed, and differs between the literals of engines. -#}
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
