{#- A table of the source `state` without the rows of customers who are erased since. -#}
{%- macro state_without_erased(table_name) -%}
    {%- if model.resource_type != "unit_test" and is_erasing() -%}
        {%- do return_freed_memory() -%}
    {%- endif -%}
    (
        select last_rows.*
        from {{ source("state", table_name) }} as last_rows
        left join
            {{ ref("erased_keys") }} as erased_keys
            on erased_keys.key_hash = {{ erased_id_hash("last_rows.customer_id") }}
        where erased_keys.key_hash is null
    )
{%- endmacro -%}
