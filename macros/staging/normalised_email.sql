{#- An e-mail address in lower case, null where it is not one. A name before it, the brackets, quotes
    or mailto: around it and punctuation after it do not count: '"Ada" <Ada@b.example>;' gives
    ada@b.example. Two addresses in one value are none. -#}
{%- macro normalised_email(column) -%}
    {#- Characters of no width, and what is like a blank or a quote beyond ASCII. -#}
    {%- set unseen = "\u00ad\u200b-\u200f\u2060\ufeff" -%}
    {%- set odd = "\u00a0\u2018-\u201f" -%}
    {%- set inner = "[^@<>,;: \u0022" ~ unseen ~ odd ~ "]" -%}
    {#- An address does not begin with one of blank ! " # $ % & ' ( ) * + , and that is a range. -#}
    {%- set address = (
        "^[^@<>;: -,"
        ~ unseen
        ~ odd
        ~ "]"
        ~ inner
        ~ "*@"
        ~ inner
        ~ "+[.]([a-z]{2,}|xn--[a-z0-9-]+)$"
    ) -%}
    {%- set email -%} lower(trim({{ column }})) {%- endset -%}
    {#- Most values are an address as they stand; only the others are taken apart. -#}
    {%- set bare = remove_matches(email, "^[^<]*<|[>?(][^@]*$|[" ~ unseen ~ "]") -%}
    {%- set bare = remove_matches(bare, "^[\u0001-,;:" ~ odd ~ "]+|[\u0001-/;:>" ~ odd ~ "]+$") -%}
    {%- set bare = remove_matches(bare, "^(mailto|smtp|e-?mail): *") -%}
    case
        when {{ matches(email, address) }}
        then {{ email }}
        when {{ matches(bare, address) }}
        then {{ bare }}
    end
{%- endmacro -%}
