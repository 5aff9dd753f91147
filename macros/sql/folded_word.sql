{#- A word in the form that lists of words compare: lower case, without blanks, hyphens,
    underscores, dots, slashes, quotes, brackets and invisible characters. "Opt-Out." gives optout. -#}
{%- macro folded_word(word) -%}
    {#- Blanks, tab and line ends, the signs from " to ), hyphens and dashes, zero-width
        characters. -#}
    {%- set ignored = "[ \t\n\r\u00a0\u00ad\u200b-\u200f\u2010-\u2015\u2018-\u201f\u2060\ufeff\u0022-)_./-]" -%}
    {{ return(remove_matches("lower(" ~ word ~ ")", ignored)) }}
{%- endmacro -%}
