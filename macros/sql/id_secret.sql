{#- The secret of the environment, empty where there is none. The text of a statement names where the
    session keeps it and never holds the secret, since dbt writes statements to its log and to target/. -#}
{%- macro id_secret() -%}
    {{ return(adapter.dispatch("id_secret", "customer_segmentation")()) }}
{%- endmacro -%}

{#- A variable that the plugin customer_segmentation.id_secret sets. -#}
{%- macro duckdb__id_secret() -%}
    {{ return("coalesce(cast(getvariable('segments_id_secret') as text), '')") }}
{%- endmacro -%}

{#- Spark puts the value of a property in here. Where the profile has none, the text stays as it is. The
    name may not have the word secret in it: Spark would put asterisks in. -#}
{%- macro spark__id_secret() -%}
    {{
        return(
            "case when '${spark.segments.id_key}' like '$%' then '' "
            ~ "else '${spark.segments.id_key}' end"
        )
    }}
{%- endmacro -%}
