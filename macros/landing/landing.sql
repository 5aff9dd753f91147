{#- The landing table `table_name` in the shape of the contract. It has every contract column with
    its type; a column that the landing lacks is null. Two columns follow: type_error (first column
    that could not be read) and unread_shape (shape of its value). Callers need not know the kind
    of landing: seeds, files, a schema or an adapter. If `columns` are named, the others are not
    read. Rows of erased people are emptied here (without_erased). Models that look for these
    people, or date the build, read `with_erased`. -#}
{%- macro landing(table_name, columns=none, with_erased=false) -%}
    {#- The contract's empty table: the parent in the lineage, the input of unit tests, and the
        substitute for a table that the user does not have. -#}
    {%- set contract_table = source("landing", table_name) -%}
    {%- if model.resource_type == "unit_test" -%}
        {{
            return(
                "(select *, cast(null as string) as type_error, cast(null as string) as unread_shape from "
                ~ contract_table
                ~ ")"
            )
        }}
    {%- endif -%}
    {%- set landed = landing_relation(table_name) -%}
    {%- do ref("id_placeholders") -%}
    {%- if not with_erased -%}
        {#- dbt sees these when it parses; without_erased reads them. -#}
        {%- do [
            ref("erased_keys"),
            ref("reference_countries"),
            ref("reference_country_names"),
        ] -%}
    {%- endif -%}
    {%- if not execute -%} {{ return(contract_table) }} {%- endif -%}
    {%- set is_filtered = not with_erased and is_erasing() -%}
    {%- set read = (
        columns + columns_of_erasure(table_name) if columns and is_filtered else columns
    ) -%}
    {%- set typed = typed_landing(table_name, landed or contract_table, read) -%}
    {%- if is_filtered -%}
        {%- do return_freed_memory() -%} {{ return(without_erased(table_name, typed, columns)) }}
    {%- endif -%}
    {{ return(typed) }}
{%- endmacro -%}
