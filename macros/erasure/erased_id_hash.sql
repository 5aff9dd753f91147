{#- The hash by which the project remembers the id of an erased customer; it is the id_hash of
    customer_segmentation.erasure.hashing. -#}
{%- macro erased_id_hash(customer_id) -%}
    {{ return("md5('erased|customer|' || " ~ customer_id ~ ")") }}
{%- endmacro -%}
