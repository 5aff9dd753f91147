{#- A landed text without blanks around it, control characters and signs that change the direction
    of text; null if nothing is left. Line ends, tabs and other blanks become a blank. Joiners stay,
    because some scripts need them. -#}
{%- macro cleaned_text(text) -%}
    {%- set blanks = (
        "\u0009-\u000d\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    ) -%}
    {%- set unseen = (
        "\u0001-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u061c\u200b\u200e\u200f"
        ~ "\u202a-\u202e\u2060-\u206f\ufeff"
    ) -%}
    {%- set seen = remove_matches(
        replace_matches(text, "[" ~ blanks ~ "]", " "), "[" ~ unseen ~ "]"
    ) -%}
    {#- Most texts have none of these signs. -#}
    nullif(
        trim(
            case
                when {{ matches(text, "[" ~ blanks ~ unseen ~ "]") }}
                then {{ seen }}
                else {{ text }}
            end
        ),
        ''
    )
{%- endmacro -%}
