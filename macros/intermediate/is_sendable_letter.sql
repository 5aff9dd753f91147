{#- Whether a postal address has printable characters only, without control characters and marks
    of writing direction. -#}
{%- macro is_sendable_letter(address) -%}
    {%- set controls = "\u0001-\u001f\u007f-\u009f" -%}
    {%- set directions = "\u061c\u200b\u200e\u200f\u2027-\u202e\u2060-\u2069\ufeff" -%}
    coalesce(not {{ matches(address, "[" ~ controls ~ directions ~ "]") }}, false)
{%- endmacro -%}
