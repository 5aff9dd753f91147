{#- A whole number from 0 to `numbers` - 1 that depends on the text alone, the same on every engine
    and every day. It uses the first fifteen digits of the md5, which fit into a bigint. -#}
{%- macro hash_number(text, numbers) -%}
    {{ return(adapter.dispatch("hash_number", "customer_segmentation")(text, numbers)) }}
{%- endmacro -%}

{%- macro duckdb__hash_number(text, numbers) -%}
    {{ return("cast('0x' || substr(md5(" ~ text ~ "), 1, 15) as bigint) % " ~ numbers) }}
{%- endmacro -%}

{%- macro spark__hash_number(text, numbers) -%}
    {{ return("cast(conv(substr(md5(" ~ text ~ "), 1, 15), 16, 10) as bigint) % " ~ numbers) }}
{%- endmacro -%}
