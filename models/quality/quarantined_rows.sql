with
    final as (
        {% for domain, tables in landing_tables().items() %}
            {% set last_domain = loop.last %}
            {% for table in tables %}
                select
                    cast('{{ domain }}' as {{ dbt.type_string() }}) as domain,
                    cast('{{ table }}' as {{ dbt.type_string() }}) as table_name,
                    cast({{ landing_key(table) }} as {{ dbt.type_string() }}) as row_key,
                    cast(quarantine_reason as {{ dbt.type_string() }}) as quarantine_reason,
                    cast(landed_row as {{ dbt.type_string() }}) as landed_row
                from {{ ref("base_" ~ domain ~ "__" ~ table) }}
                where
                    row_status = 'quarantined' {{ 'union all' if not (last_domain and loop.last) }}
            {% endfor %}
        {% endfor %}
    )

select *
from final
