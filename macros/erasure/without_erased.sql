{#- The typed landing table without erased people. A row that names an erased person keeps only the
    type_error "erased", so that every landed row is still counted. A row that names a company, too,
    stays without the keys of people: `company_column` in the contract marks these tables. A column
    with `identifies` in the contract names a person. If `columns` are named, the others are left out;
    `typed` has them and columns_of_erasure. -#}
{%- macro without_erased(table_name, typed, columns=none) -%}
    {%- set node = landing_source(table_name) -%}
    {%- set company_column = node.config.meta.get("company_column") -%}
    {%- set row_key = node.config.meta.key -%}
    {%- set people = contract_columns(table_name) | selectattr("identifies") | list -%}
    {%- if not people -%} {{ return(typed) }} {%- endif -%}
    {%- set gone = (
        "is_erased and " ~ company_column ~ " is null"
        if company_column
        else "is_erased"
    ) -%}
    (
        select
            {%- for column in contract_columns(table_name)
                if not columns or column.name in columns %}
                case
                    when
                        {% if column.identifies and column.name != row_key -%} is_erased
                        {%- else -%} {{ gone }}
                        {%- endif %}
                    then cast(null as {{ column.data_type }})
                    else {{ column.name }}
                end as {{ column.name }},
            {%- endfor %}
            case when {{ gone }} then 'erased' else type_error end as type_error,
            case when not ({{ gone }}) then unread_shape end as unread_shape
        from
            (
                select
                    landed_rows.*,
                    {% for column in people -%}
                        erased_{{ loop.index }}.key_hash is not null {{ "or " if not loop.last }}
                    {%- endfor %} as is_erased
                from {{ typed }} as landed_rows
                {%- for column in people %}
                    {%- if column.phone_country %}
                        left join
                            {{ ref("reference_country_names") }} as country_names_{{ loop.index }}
                            on country_names_{{ loop.index }}.alias
                            = lower(landed_rows.{{ column.phone_country }})
                        left join
                            {{ ref("reference_countries") }} as countries_{{ loop.index }}
                            on country_names_{{ loop.index }}.country_code
                            = countries_{{ loop.index }}.country_code
                    {%- endif %}
                        {%- set key = erasure_key(
                            column.identifies,
                            "landed_rows." ~ column.name,
                            "countries_" ~ loop.index if column.phone_country else none,
                        ) %}
                    left join
                        {{ ref("erased_keys") }} as erased_{{ loop.index }}
                        on erased_{{ loop.index }}.key_hash
                        = {{ erased_key_hash(column.identifies, key) }}
                {%- endfor %}
            ) as marked_rows
    )
{%- endmacro -%}

{#- The columns of a landing table that say whether a row is that of an erased person. -#}
{%- macro columns_of_erasure(table_name) -%}
    {%- set names = [] -%}
    {%- for column in contract_columns(table_name) if column.identifies -%}
        {%- do names.extend([column.name, column.phone_country]) -%}
    {%- endfor -%}
    {%- set node = landing_source(table_name) -%}
    {%- do names.append(node.config.meta.get("company_column") if node) -%}
    {{ return(names | select | unique | list) }}
{%- endmacro -%}
