{#- The SHA-256 of a text, as 64 hexadecimal digits. -#}
{%- macro sha256(text) -%}
    {{ return(adapter.dispatch("sha256", "customer_segmentation")(text)) }}
{%- endmacro -%}

{%- macro duckdb__sha256(text) -%} {{ return("sha256(" ~ text ~ ")") }} {%- endmacro -%}

{%- macro spark__sha256(text) -%} {{ return("sha2(" ~ text ~ ", 256)") }} {%- endmacro -%}
