{#- A text with blanks for tabulators and the ends of lines. -#}
{%- macro on_one_line(text) -%}
    translate({{ text }}, chr(9) || chr(10) || chr(13), '   ')
{%- endmacro -%}
