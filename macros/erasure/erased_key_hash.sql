{#- The hash by which the project remembers the key of an erased person. It differs from a
    customer_id of the same key. customer_segmentation.erasure.hashing has the same rule. -#}
{%- macro erased_key_hash(kind, key) -%}
    {{ return(keyed_hash("'erased|" ~ kind ~ "|' || " ~ key)) }}
{%- endmacro -%}
