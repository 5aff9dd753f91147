{#- A text as a JSON string. chr(92) is the backslash, which is no character of its own in Spark's
    literals; control characters become blanks. -#}
{%- macro json_text(text) -%}
    '"' || replace(
        replace(
            translate({{ text }}, chr(9) || chr(10) || chr(13), '   '), chr(92), chr(92) || chr(92)
        ),
        '"',
        chr(92) || '"'
    )
    || '"'
{%- endmacro -%}
