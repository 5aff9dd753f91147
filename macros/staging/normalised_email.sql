{#- An e-mail address in lower case; null if the text is no address. A name before the address,
    brackets, quotes or mailto: around it, and punctuation after it are removed: '"Ada"
    <Ada@b.example>;' gives ada@b.example. A value with two addresses is null. -#}
{%- macro normalised_email(column) -%}
    {#- Zero-width characters, and blanks and quotes beyond ASCII. -#}
    {%- set unseen = "\u00ad\u200b-\u200f\u2060\ufeff" -%}
    {%- set odd = "\u00a0\u2018-\u201f" -%}
    {%- set inner = "[^@<>,;: \u0022" ~ unseen ~ odd ~ "]" -%}
    {#- The first character is none of blank ! " # $ % & ' ( ) * + , (a range in the pattern). -#}
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
    {#- Most values are plain addresses; only the others are taken apart. -#}
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
