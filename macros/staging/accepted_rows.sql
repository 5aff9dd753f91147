{#- The accepted rows of a staging model, as a subquery. A staging model has every landed row. -#}
{%- macro accepted_rows(staging_model) -%}
    {{ return("(select * from " ~ ref(staging_model) ~ " where excluded_as is null)") }}
{%- endmacro -%}
