{#- The shape of a text, which shows its format and not its content: 9 for a digit, A and a for
    letters, other ASCII signs unchanged. Any other character of any script is an a. At most 40
    characters. -#}
{%- macro text_shape(text) -%}
    {%- set shape = replace_matches("substr(" ~ text ~ ", 1, 40)", "[0-9]", "9") -%}
    {%- set shape = replace_matches(shape, "[A-Z]", "A") -%}
    {{ return(replace_matches(shape, "[a-z]|[^ -~]", "a")) }}
{%- endmacro -%}
