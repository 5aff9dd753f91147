{#- The landing tables by domain: the tables of the source `landing` and their meta.domain. -#}
{%- macro landing_tables() -%} {{ return(catalogue().landing_tables) }} {%- endmacro -%}
