{#- A landed id in one spelling: without blanks, quotes and invisible signs; a whole number that a
    spreadsheet or a data frame wrote as 12346.0 is 12346. Null if the text is one of the
    `placeholders`, all zeros, or a number that has lost digits (4.36E+11). Leading zeros stay. -#}
{%- macro cleaned_id(text, placeholders=[]) -%}
    {#- Only ordinary signs and a digit other than 0: nothing to clean. -#}
    {%- set plain = "^[+A-Za-z0-9_#][A-Za-z0-9_:#/|-]*$" -%}
    {%- set bare -%}
        nullif(
            trim(
                {{
                    remove_matches(
                        "replace(" ~ cleaned_text(text) ~ ", chr(39), '')",
                        "^=|[\u0022\u200c\u200d\u2018\u2019]",
                    )
                }}
            ),
            ''
        )
    {%- endset -%}
    case
        when {{ matches(text, plain) }} and {{ matches(text, "[1-9]") }}
        then {{ text }}
        {%- if placeholders %}
            when lower({{ bare }}) in ('{{ placeholders | join("', '") }}') then null
        {%- endif %}
        when {{ matches(bare, "^[{0-]*0[0.,}-]*$") }} or {{ has_lost_digits(bare) }}
        then null
        -- Three decimals may be thousands: 12.000.
        when {{ matches(bare, "^-?[0-9]+([.,]0{1,2}|[.]0{4,})$") }}
        then {{ remove_matches(bare, "[.,]0+$") }}
        else {{ bare }}
    end
{%- endmacro -%}
