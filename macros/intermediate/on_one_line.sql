{#- Text with blanks instead of tabs and line breaks. -#}
{%- macro on_one_line(text) -%}
    translate({{ text }}, chr(9) || chr(10) || chr(13), '   ')
{%- endmacro -%}
