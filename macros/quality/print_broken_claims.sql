{#- Runs at the end: prints each broken claim of the models, because dbt only prints the number of
    failures of a test. -#}
{%- macro print_broken_claims() -%}
    {%- for result in results if result.status == "fail" and result.node.test_metadata is defined -%}
        {%- if result.node.test_metadata.name == "claims" -%}
            {%- set table = result.node.attached_node.split(".")[-1] -%}
            {%- for claim in run_query(result.node.compiled_code) -%}
                {%- do log(
                    table ~ ": " ~ claim[0] ~ ", broken " ~ claim[1] ~ " times",
                    info=true,
                ) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}
