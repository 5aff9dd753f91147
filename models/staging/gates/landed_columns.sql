-- The rows are read while the model is compiled, because tables with any columns may be landed.
-- depends_on: {{ ref("as_of") }}
with
    final as (
        {%- for entry in landed_columns() %}
            select
                {%- for name in ["table_name", "column_name", "state", "nearest_name"] %}
                    cast(
                        {% if entry.get(name) -%}{{ text_literal(entry[name]) }}
                        {%- else -%}null
                        {%- endif %} as string
                    ) as {{ name }},
                {%- endfor %}
                cast({{ entry.get("rows_filled", 0) }} as bigint) as rows_filled
                {{ "union all" if not loop.last }}
        {%- else %}
            select
                cast(null as string) as table_name,
                cast(null as string) as column_name,
                cast(null as string) as state,
                cast(null as string) as nearest_name,
                cast(null as bigint) as rows_filled
        {%- endfor %}
    )

select *
from final
