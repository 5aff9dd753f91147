{#- An id that names its shop: shop:id. If a table has source_shop, its key gets the shop, and so does
    each id that refers to a table with source_shop, or to a table that is not supplied. `shop` is
    the SQL of source_shop, or none if the table lacks it. -#}
{%- macro id_of_shop(table_name, column, id, shop) -%}
    {%- set owner = owner_of_id(column.name) -%}
    {%- if not owner -%} {{ return(id) }} {%- endif -%}
    {%- set owner_has_shops = has_shops(owner) if owner != table_name else shop is not none -%}
    {%- if not shop and owner_has_shops -%}
        {{
            exceptions.raise_compiler_error(
                "landing table '"
                ~ table_name
                ~ "' lacks the column source_shop: its "
                ~ column.name
                ~ " is a key of '"
                ~ owner
                ~ "', which has source_shop, so that one key may be of several shops. Add"
                ~ " source_shop to '"
                ~ table_name
                ~ "', with the same names of shops."
            )
        }}
    {%- endif -%}
    {%- if shop and owner_has_shops is not false -%}
        {{ return("coalesce(" ~ shop ~ " || ':', '') || " ~ id) }}
    {%- endif -%}
    {{ return(id) }}
{%- endmacro -%}

{#- The landing table whose key an id column holds: contact_id and converted_contact_id hold keys of
    customers. -#}
{%- macro owner_of_id(column_name) -%}
    {%- for table in landing_tables().values() | sum(start=[]) -%}
        {%- set key = landing_key(table) -%}
        {%- if column_name == key or column_name.endswith("_" ~ key) -%}
            {{ return(table) }}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro -%}

{#- Whether a landing table has source_shop; none if the table is not supplied. The sample has one
    shop, and an adapter gives source_shop to all of its tables or to none. -#}
{%- macro has_shops(table_name) -%}
    {%- if var("landing") not in ("files", "tables", "refs") -%} {{ return(none) }} {%- endif -%}
    {%- set landed = landing_relation(table_name, is_parent=false) -%}
    {%- if not landed -%} {{ return(none) }} {%- endif -%}
    {%- for column in columns_as_landed(contract_columns(table_name), landed) -%}
        {%- if column.name | lower == "source_shop" -%} {{ return(true) }} {%- endif -%}
    {%- endfor -%}
    {{ return(false) }}
{%- endmacro -%}
