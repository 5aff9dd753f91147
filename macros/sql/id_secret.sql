{#- The secret of the environment, empty if there is none. The SQL names the place of the secret in
    the session and never holds the secret, because dbt writes SQL to its log and to target/. -#}
{%- macro id_secret() -%}
    {{ return(adapter.dispatch("id_secret", "customer_segmentation")()) }}
{%- endmacro -%}

{#- The plugin customer_segmentation.id_secret sets this variable. -#}
{%- macro duckdb__id_secret() -%}
    {{ return("coalesce(cast(getvariable('segments_id_secret') as text), '')") }}
{%- endmacro -%}

{#- Spark inserts the value of the property. If the profile has no such property, the text
    stays as it is. The name must not contain the word secret: Spark would mask the value with
    asterisks. -#}
{%- macro spark__id_secret() -%}
    {{
        return(
            "case when '${spark.segments.id_key}' like '$%' then '' "
            ~ "else '${spark.segments.id_key}' end"
        )
    }}
{%- endmacro -%}
