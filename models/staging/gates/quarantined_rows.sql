with
    final as (
        {% for domain, tables in landing_tables().items() %}
            {% set last_domain = loop.last %}
            {% for table in tables %}
                {% set names = contract_columns(table) | map(attribute="name") %}
                select
                    cast('{{ domain }}' as string) as domain,
                    cast('{{ table }}' as string) as table_name,
                    cast({{ shown_key(landing_key(table)) }} as string) as row_key,
                    -- A reason starts with its column, or with 'it' for the row as a whole.
                    cast(
                        case
                            when
                                {{ dbt.split_part("quarantine_reason", "' '", 1) }}
                                in ('{{ names | join("', '") }}')
                            then {{ dbt.split_part("quarantine_reason", "' '", 1) }}
                        end as string
                    ) as column_name,
                    cast(quarantine_reason as string) as quarantine_reason,
                    cast(value_shape as string) as value_shape
                from {{ ref("stg_" ~ domain ~ "__" ~ table) }}
                where
                    excluded_as = 'quarantined' {{ 'union all' if not (last_domain and loop.last) }}
            {% endfor %}
        {% endfor %}
    )

select *
from final
