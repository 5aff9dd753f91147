{#- A landed id in one spelling: without blanks, quotes and invisible signs; a whole number that a
    spreadsheet or a data frame wrote as 12346.0 is 12346. Null if the text is one of the
    `placeholders`, all zeros, or a number that has lost digits (4.36E+11). Leading zeros stay. -#}
{%- macro cleaned_id(text, placeholders) -%}
    {{ return(id_from_bare(bare_id(text), placeholders)) }}
{%- endmacro -%}

{#- The pattern of a text with only ordinary signs and a digit other than 0. -#}
{%- macro plain_id() -%}
    {{ return("^([1-9]|[+A-Za-z0_#][A-Za-z0_:#/|-]*[1-9])[A-Za-z0-9_:#/|-]*$") }}
{%- endmacro -%}

{#- Whether a text has only ordinary signs and a digit other than 0: nothing to clean. -#}
{%- macro is_plain_id(text) -%} {{ return(matches(text, plain_id())) }} {%- endmacro -%}

{#- A landed id without blanks and quotes around it and invisible signs in it: '007 and ="007" are 007,
    and O'Neil stays. -#}
{%- macro bare_id(text) -%}
    {%- set quotes = "[\u0022\u2018\u2019]" -%}
    {%- set bare = remove_matches(
        cleaned_text(text), "^=?" ~ quotes ~ "*|" ~ quotes ~ "+$|[\u200c\u200d]"
    ) -%}
    case
        when {{ is_plain_id(text) }}
        then {{ text }}
        else nullif(trim(trim(both chr(39) from {{ bare }})), '')
    end
{%- endmacro -%}

{#- The cleaned_id of the text of which bare_id is `bare`. -#}
{%- macro id_from_bare(bare, placeholders) -%}
    {%- set words, plain_words = [], [] -%}
    {%- for placeholder in placeholders -%}
        {%- do words.append(text_literal(placeholder)) -%}
        {%- if modules.re.match(plain_id(), placeholder) -%}
            {%- do plain_words.append(text_literal(placeholder)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set nobody = "(" ~ words | join(", ") ~ ")" -%}
    {%- set whole = remove_matches(bare, "[.,]0+$") -%}
    case
        {#- Most ids are plain, and most placeholders are not. -#}
        {%- if plain_words %}
            when lower({{ bare }}) in ({{ plain_words | join(", ") }}) then null
        {%- endif %}
        when {{ is_plain_id(bare) }}
        then {{ bare }}
        when lower({{ bare }}) in {{ nobody }}
        then null
        when {{ matches(bare, "^[{0-]*0[0.,}-]*$") }} or {{ has_lost_digits(bare) }}
        then null
        -- Three decimals may be thousands: 12.000.
        when {{ matches(bare, "^-?[0-9]+([.,]0{1,2}|[.]0{4,})$") }}
        then case when {{ whole }} not in {{ nobody }} then {{ whole }} end
        else nullif({{ bare }}, '')
    end
{%- endmacro -%}
