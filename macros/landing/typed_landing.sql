{#- A subquery that casts landed rows to the contract. Text is cleaned (cleaned_text), ids, postcodes
    and telephone numbers have one spelling (cleaned_id); empty text is null. A value that cannot be
    read is null. The first of these, or the first implausible value, is named in type_error, with
    its shape in unread_shape (no shape for personal data). A missing optional column is null. A
    missing required column is an error that names the table and the column. -#}
{%- macro typed_landing(table_name, landed, columns=none) -%}
    {%- set contract = contract_columns(table_name) -%}
    {%- set actual = {} -%}
    {%- for column in columns_as_landed(contract, landed) -%}
        {%- do actual.update({column.name | lower: column}) -%}
    {%- endfor -%}
    {%- set lacking = modules.customer_segmentation.lacking_columns(
        table_name, actual, landing_contract([table_name])[table_name]
    ) -%}
    {%- if lacking -%} {{ exceptions.raise_compiler_error(lacking) }} {%- endif -%}
    {%- if columns -%}
        {%- set contract = contract | selectattr("name", "in", columns) | list -%}
    {%- endif -%}
    {%- set placeholders = id_placeholders() -%}
    {%- set shop = (
        cleaned_text(landed_text(actual["source_shop"]))
        if "source_shop" in actual
        else none
    ) -%}
    {%- set type_errors = [] -%}
    {%- set unread_shapes = [] -%}
    (
        select
            {%- for column in contract %}
                {%- if column.name not in actual %}
                    cast(null as {{ column.data_type }}) as {{ column.name }},
                {%- else -%}
                    {%- set landed_as = actual[column.name] -%}
                    {%- set text -%} nullif(trim(cast({{ landed_as.quoted }} as string)), '') {%- endset -%}
                    {%- set errors = {} -%}
                    {%- if column.is_id or column.is_code -%}
                        {%- set landed_id = landed_text(landed_as) -%}
                        {%- set typed = cleaned_id(landed_id, placeholders) %}
                        {{ id_of_shop(table_name, column, typed, shop) if column.is_id else typed }}
                        as {{ column.name }},
                        {%- do errors.update(id_errors(column, landed_as, text, typed)) -%}
                    {%- elif column.data_type == "string" %}
                        {{ cleaned_text(landed_text(landed_as)) }} as {{ column.name }},
                    {#- A double may be infinite or no number, which a cast of its text refuses. -#}
                    {%- elif column.data_type != "double" and same_type(
                        landed_as.data_type, column.data_type
                    ) -%}
                        {%- set typed = landed_time(landed_as) %}
                        {{ typed }} as {{ column.name }},
                        {%- do errors.update(implausible_values(column, typed)) -%}
                    {%- else -%}
                        {%- set typed = typed_text(text, table_name, column) %}
                        {{ typed }} as {{ column.name }},
                        {%- do errors.update(
                            {
                                text
                                ~ " is not null and "
                                ~ typed
                                ~ " is null": column.name
                                ~ " is not a "
                                ~ column.data_type
                            }
                        ) -%}
                        {%- do errors.update(implausible_values(column, typed)) -%}
                    {%- endif -%}
                    {%- set is_shown = column.pii not in ("direct", "special") -%}
                    {%- for breach, reason in errors.items() -%}
                        {%- do type_errors.append("when " ~ breach ~ " then '" ~ reason ~ "'") -%}
                        {%- do unread_shapes.append(
                            "when "
                            ~ breach
                            ~ " then "
                            ~ (text_shape(text) if is_shown else "null")
                        ) -%}
                    {%- endfor -%}
                {%- endif -%}
            {%- endfor %}
            {% if type_errors -%} case {{ type_errors | join("\n                ") }} end
            {%- else -%} cast(null as string)
            {%- endif %} as type_error,
            cast(
                {% if unread_shapes -%}case {{ unread_shapes | join("\n                ") }} end
                {%- else -%}null
                {%- endif %} as string
            ) as unread_shape
        from {{ landed }}
    )
{%- endmacro -%}

{#- Conditions and reasons of values outside of what the contract finds plausible. -#}
{%- macro implausible_values(column, value) -%}
    {%- set breaches = {} -%}
    {%- if column.minimum is not none -%}
        {%- do breaches.update(
            {value ~ " < " ~ column.minimum: column.name ~ " is below " ~ column.minimum}
        ) -%}
    {%- endif -%}
    {%- if column.maximum is not none -%}
        {%- do breaches.update(
            {value ~ " > " ~ column.maximum: column.name ~ " is above " ~ column.maximum}
        ) -%}
    {%- endif -%}
    {%- if column.earliest -%}
        {%- do breaches.update(
            {
                value
                ~ " < cast('"
                ~ column.earliest
                ~ "' as date)": column.name
                ~ " is before "
                ~ column.earliest
            }
        ) -%}
    {%- endif -%}
    {{ return(breaches) }}
{%- endmacro -%}

{#- Whether a landed type needs no cast to the contract's type. -#}
{%- macro same_type(landed_type, contract_type) -%}
    {%- set names = {"integer": "int", "varchar": "string"} -%}
    {%- set landed_name = landed_type | lower -%}
    {{ return(names.get(landed_name, landed_name) == contract_type) }}
{%- endmacro -%}

{#- A landed column of the contract's type. A timestamp of Spark is a moment, unless a model of this
    project made it; a timestamp of DuckDB is local. -#}
{%- macro landed_time(column) -%}
    {{ return(adapter.dispatch("landed_time", "customer_segmentation")(column)) }}
{%- endmacro -%}

{%- macro default__landed_time(column) -%} {{ return(column.quoted) }} {%- endmacro -%}

{%- macro spark__landed_time(column) -%}
    {%- set is_moment = column.data_type | lower == "timestamp" -%}
    {%- if is_moment and var("landing") in ("files", "tables", "refs") -%}
        {{ return(business_time(column.quoted)) }}
    {%- endif -%}
    {{ return(column.quoted) }}
{%- endmacro -%}

{#- Names and types of the landed columns. `dbt compile` and `dbt docs` run without a landing and
    take the contract's columns as text. -#}
{%- macro columns_as_landed(contract, landed) -%}
    {%- if flags.WHICH not in ("compile", "generate") -%}
        {{ return(query_columns("select * from " ~ landed)) }}
    {%- endif -%}
    {%- set columns = [] -%}
    {%- for column in contract -%}
        {%- do columns.append(
            {
                "name": column.name,
                "quoted": adapter.quote(column.name),
                "data_type": "text",
            }
        ) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro -%}
