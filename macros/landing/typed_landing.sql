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
    {%- set shop = "shop__name" if "source_shop" in actual else none -%}
    {%- set landed_columns, bare_columns, typed_columns = [], [], [] -%}
    {%- set type_errors, unread_texts = [], [] -%}
    {%- if shop -%}
        {%- do landed_columns.append(landed_text(actual["source_shop"]) ~ " as shop__text") -%}
        {%- do bare_columns.append(cleaned_text("shop__text") ~ " as shop__name") -%}
    {%- endif -%}
    {%- for column in contract if column.name in actual -%}
        {%- set landed_as = actual[column.name] -%}
        {%- set text = column.name ~ "__text" -%}
        {%- set raw = column.name ~ "__raw" -%}
        {%- set errors = {} -%}
        {%- do landed_columns.append(
            "nullif(trim(cast(" ~ landed_as.quoted ~ " as string)), '') as " ~ text
        ) -%}
        {%- if column.is_id or column.is_code -%}
            {%- set bare = column.name ~ "__bare" -%}
            {%- do landed_columns.append(landed_text(landed_as) ~ " as " ~ raw) -%}
            {%- do bare_columns.append(bare_id(raw) ~ " as " ~ bare) -%}
            {%- set typed = id_from_bare(bare, placeholders) -%}
            {%- if column.is_id -%}
                {%- set typed = id_of_shop(table_name, column, typed, shop) -%}
            {%- endif -%}
            {%- do errors.update(id_errors(column, landed_as, text)) -%}
            {%- if landed_as.data_type | lower in ("float", "real") -%}
                {%- do landed_columns.append(
                    landed_as.quoted ~ " as " ~ column.name ~ "__float"
                ) -%}
            {%- endif -%}
        {%- elif column.data_type == "string" -%}
            {%- do landed_columns.append(landed_text(landed_as) ~ " as " ~ raw) -%}
            {%- set typed = cleaned_text(raw) -%}
        {#- A double may be infinite or no number, which a cast of its text refuses. -#}
        {%- elif column.data_type != "double" and same_type(
            landed_as.data_type, column.data_type
        ) -%}
            {%- do landed_columns.append(landed_time(landed_as) ~ " as " ~ raw) -%}
            {%- set typed = raw -%}
            {%- do errors.update(implausible_values(column)) -%}
        {%- else -%}
            {%- set typed = typed_text(text, table_name, column) -%}
            {%- do errors.update(
                {
                    text
                    ~ " is not null and "
                    ~ column.name
                    ~ " is null": column.name
                    ~ unreadable_as(column.data_type)
                }
            ) -%}
            {%- do errors.update(implausible_values(column)) -%}
        {%- endif -%}
        {%- do typed_columns.append(typed ~ " as " ~ column.name) -%}
        {%- for breach, reason in errors.items() -%}
            {%- do type_errors.append("when " ~ breach ~ " then '" ~ reason ~ "'") -%}
        {%- endfor -%}
        {%- if errors and column.pii not in ("direct", "special") -%}
            {%- do unread_texts.append("when '" ~ column.name ~ "' then " ~ text) -%}
        {%- endif -%}
    {%- endfor -%}
    {#- Each step reads the columns of the step below, so that no expression is written twice. A reason
        begins with the name of its column. -#}
    {%- set unread_text -%}
        case split_part(type_error, ' ', 1) {{ unread_texts | join(" ") }} end
    {%- endset -%}
    (
        select
            {%- for column in contract %}
                {%- if column.name in actual %} {{ column.name }},
                {%- else %} cast(null as {{ column.data_type }}) as {{ column.name }},
                {%- endif %}
            {%- endfor %}
            type_error,
            cast(
                {{ text_shape(unread_text) if unread_texts else "null" }} as string
            ) as unread_shape
        from
            (
                select
                    *,
                    cast(
                        {% if type_errors -%}case {{ type_errors | join("\n                ") }} end
                        {%- else -%}null
                        {%- endif %} as string
                    ) as type_error
                from
                    (
                        select {{ (["*"] + typed_columns) | join(", ") }}
                        from
                            (
                                select {{ (["*"] + bare_columns) | join(", ") }}
                                from
                                    (
                                        select {{ landed_columns | join(", ") or "1 as no_column" }}
                                        from {{ landed }}
                                    ) as landed_rows
                            ) as bare_rows
                    ) as typed_rows
            ) as checked_rows
    )
{%- endmacro -%}

{#- Conditions and reasons of values outside of what the contract finds plausible. -#}
{%- macro implausible_values(column) -%}
    {%- set breaches = {} -%}
    {%- set name = column.name -%}
    {%- if column.minimum is not none -%}
        {%- do breaches.update(
            {name ~ " < " ~ column.minimum: name ~ " is below " ~ column.minimum}
        ) -%}
    {%- endif -%}
    {%- if column.maximum is not none -%}
        {%- do breaches.update(
            {name ~ " > " ~ column.maximum: name ~ " is above " ~ column.maximum}
        ) -%}
    {%- endif -%}
    {%- if column.earliest -%}
        {%- do breaches.update(
            {
                name
                ~ " < cast('"
                ~ column.earliest
                ~ "' as date)": name
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

{#- The reason that an unreadable value gets. The words for numbers are not the names of their types. -#}
{%- macro unreadable_as(data_type) -%}
    {%- if data_type.startswith(("decimal", "double")) -%}
        {{ return(" cannot be read as a number") }}
    {%- elif data_type in ("int", "bigint") -%} {{ return(" cannot be read as a whole number") }}
    {%- elif data_type == "boolean" -%} {{ return(" is neither true nor false") }}
    {%- endif -%}
    {{ return(" is not a " ~ data_type) }}
{%- endmacro -%}
